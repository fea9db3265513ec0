/** What a graph is written for: ONNX Runtime on the processor, or TensorRT. */
export type Target = 'cpu' | 'tensorrt'
