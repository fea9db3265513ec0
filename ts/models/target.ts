/** What a graph is written for: ONNX Runtime on the processor, or TensorRT. */
export type Target = 'cpu' | 'tensorrt'

export const targets: readonly Target[] = ['cpu', 'tensorrt']

export function isTarget(value: unknown): value is Target {
  return targets.includes(value as Target)
}
