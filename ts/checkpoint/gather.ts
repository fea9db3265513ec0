/** Copies a strided view into C order. */

import { elementBytes } from '../tensor.js'
import type { Layout } from './layout.js'

interface Dims {
  readonly sizes: number[]
  readonly steps: number[]
}

/** @param source the bytes from the view's first element to its last; their memory is aligned to 4 bytes */
export function gather(source: Uint8Array<ArrayBuffer>, layout: Layout): Uint8Array<ArrayBuffer> {
  const width = elementBytes[layout.dtype]
  // Integers only: a float that passes through a JavaScript number may lose what is in a NaN.
  const unit = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array
  const { sizes, steps } = merged(layout, width / unit.BYTES_PER_ELEMENT)
  const from = new unit(source.buffer, source.byteOffset, source.byteLength / unit.BYTES_PER_ELEMENT)
  const to = new unit(sizes.reduce((product, size) => product * size, 1))
  copy(from, to, sizes, steps)
  return new Uint8Array(to.buffer)
}

type Units = Uint8Array | Uint16Array | Uint32Array

function copy(from: Units, to: Units, sizes: readonly number[], steps: readonly number[]): void {
  const last = sizes.length - 1
  const run = sizes[last]!
  const step = steps[last]!
  const index = new Array<number>(last).fill(0)
  let start = 0
  for (let done = 0; done < to.length; done += run) {
    if (step === 1) to.set(from.subarray(start, start + run), done)
    else for (let i = 0, at = start; i < run; i++, at += step) to[done + i] = from[at]!
    for (let dim = last - 1; dim >= 0; dim--) {
      start += steps[dim]!
      if (++index[dim]! < sizes[dim]!) break
      start -= steps[dim]! * sizes[dim]!
      index[dim] = 0
    }
  }
}

/** As few dimensions as give the same walk, at least one, in units of which an element has `units`. */
function merged({ shape, strides }: Layout, units: number): Dims {
  const sizes: number[] = []
  const steps: number[] = []
  const add = (size: number, step: number): void => {
    if (size === 1) return
    if (steps.length > 0 && steps.at(-1) === size * step) {
      sizes[sizes.length - 1]! *= size
      steps[steps.length - 1] = step
    } else {
      sizes.push(size)
      steps.push(step)
    }
  }
  shape.forEach((size, dim) => add(size, strides[dim]! * units))
  add(units, 1)
  return sizes.length > 0 ? { sizes, steps } : { sizes: [1], steps: [1] }
}
