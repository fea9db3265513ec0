/** Checkpoints: the state dicts of PyTorch's files and of safetensors, read as data only and tensor by tensor. */

export { type Checkpoint, type CheckpointFormat, type FileRange, type TensorEntry } from './checkpoint.js'
export { openCheckpoint } from './open.js'
