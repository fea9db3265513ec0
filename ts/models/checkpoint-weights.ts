/** A checkpoint's tensors as a network's weights, all in single precision. */

import type { Checkpoint } from '../checkpoint/index.js'
import { PdfnetError } from '../errors.js'
import { bfloat16ToFloat32, float16ToFloat32 } from '../graph/index.js'
import type { Tensor } from '../tensor.js'
import type { Weights } from './weights.js'

/** Reads reject as `Checkpoint.tensor` does, and with ERR_MODEL_MISMATCH for integers. The checkpoint stays the caller's. */
export function checkpointWeights(checkpoint: Checkpoint): Weights {
  const { entries, path } = checkpoint
  return {
    source: path,
    names: [...entries.keys()],
    shape: (name) => entries.get(name)?.shape,
    read: async (name) => float32Of(await checkpoint.tensor(name), name, path),
  }
}

function float32Of({ dtype, data }: Tensor, name: string, path: string): Float32Array {
  switch (dtype) {
    case 'float32':
      return viewOf(Float32Array, data)
    case 'float16':
      return viewOf(Float32Array, float16ToFloat32(data))
    case 'bfloat16':
      return viewOf(Float32Array, bfloat16ToFloat32(data))
    case 'float64':
      return Float32Array.from(viewOf(Float64Array, data))
    default:
      throw new PdfnetError('ERR_MODEL_MISMATCH', `${name} of ${path} is of type ${dtype}, expected real numbers`, {
        remedy: 'Call float() on it in PyTorch, then save the state dict again',
      })
  }
}

interface Reals<T> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T
}

/** A copy only where the bytes are not aligned. */
function viewOf<T>(type: Reals<T>, bytes: Uint8Array): T {
  const { buffer, byteOffset } = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : Uint8Array.from(bytes)
  return new type(buffer, byteOffset, bytes.length / type.BYTES_PER_ELEMENT)
}
