/** Bicubic resizing of small tables, as PyTorch does it: half-pixel centres, edges repeated, no antialiasing. */

/** Of the cubic kernel: PyTorch's, and OpenCV's. */
export const sharpness = -0.75

/**
 * @param planes [channels, height, width]
 * @param from channels, height, width
 * @param to height, width
 * @param offset added to those where the places of samples are computed, and only there
 */
export function resizeBicubic(
  planes: Float32Array,
  from: readonly [number, number, number],
  to: readonly [number, number],
  offset = 0,
): Float32Array {
  const [channels, height, width] = from
  const [tall, wide] = to
  const rows = taps(height, tall, offset)
  const columns = taps(width, wide, offset)
  const narrow = new Float32Array(channels * height * wide)
  for (let line = 0; line < channels * height; line++) {
    columns.forEach(({ at, weights }, x) => {
      narrow[line * wide + x] = at.reduce((sum, i, tap) => sum + weights[tap]! * planes[line * width + i]!, 0)
    })
  }
  const result = new Float32Array(channels * tall * wide)
  for (let channel = 0; channel < channels; channel++) {
    rows.forEach(({ at, weights }, y) => {
      const lines = at.map((i) => (channel * height + i) * wide)
      for (let x = 0; x < wide; x++) {
        result[(channel * tall + y) * wide + x] = lines.reduce((sum, i, tap) => sum + weights[tap]! * narrow[i + x]!, 0)
      }
    })
  }
  return result
}

interface Taps {
  readonly at: readonly number[]
  readonly weights: readonly number[]
}

/** For each of `to` results along an axis, the four of `from` samples that it is made of. */
function taps(from: number, to: number, offset: number): Taps[] {
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / (to + offset) - 0.5
    const first = Math.floor(centre) - 1
    const at = [0, 1, 2, 3].map((tap) => Math.min(Math.max(first + tap, 0), from - 1))
    return { at, weights: [0, 1, 2, 3].map((tap) => kernel(Math.abs(centre - first - tap))) }
  })
}

function kernel(x: number): number {
  if (x <= 1) return ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1
  return x < 2 ? ((sharpness * x - 5 * sharpness) * x + 8 * sharpness) * x - 4 * sharpness : 0
}

/** Of a matrix with so many columns, its columns one after another. */
export function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns
  const result = new Float32Array(matrix.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column]!
    }
  }
  return result
}
