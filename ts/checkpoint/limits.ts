/** How large the parts of a checkpoint may be: far above any file of weights, far below what fills memory or takes long. */

const mebibyte = 2 ** 20

export const limits = {
  /** Of one pickle: a thousand tensors take 200 kB. */
  pickleBytes: 8 * mebibyte,
  /** Of one pickle: a tensor takes about 40. */
  opcodes: 1_000_000,
  /** How deep values and marks nest in a pickle: honest ones stay below 10. */
  depth: 100,
  /** Digits of a pickled integer, in bytes. */
  integerBytes: 64,
  /** Of a module or of a name in it. */
  globalBytes: 256,
  /** Entries of a zip file, storages or tensors of a checkpoint. */
  entries: 20_000,
  zipDirectoryBytes: 8 * mebibyte,
  safetensorsHeaderBytes: 8 * mebibyte,
  /** Dimensions of a tensor. */
  rank: 32,
  /** Of a view that repeats elements of its storage: it takes no room in the file, so the file does not bound it. */
  repeatedBytes: 64 * mebibyte,
  /** Of a tensor that is read whole, and of what has to be read for one that is strided. */
  wholeBytes: 2 ** 32 - 1,
} as const
