/** Where tokens stand in Swin's windows: the map padded to whole windows, and shifted around its edges. */

/** A map of tokens, row by row, and the windows that it is cut into. */
export interface WindowGrid {
  readonly height: number
  readonly width: number
  /** Tokens along a window's side. */
  readonly window: number
  /** How far the map is rolled up and to the left before it is cut; 0 or half a window. */
  readonly shift: number
}

export function windowCount({ height, width, window }: WindowGrid): number {
  return Math.ceil(height / window) * Math.ceil(width / window)
}

export function isPadded({ height, width, window }: WindowGrid): boolean {
  return height % window !== 0 || width % window !== 0
}

/** Names what follows from a grid alone. */
export function gridName({ height, width, window, shift }: WindowGrid): string {
  return `windows.${height}x${width}.by.${window}.shift.${shift}`
}

/** Which token stands in each place, window by window, row by row; the number of tokens stands for padding. */
export function windowTokens(grid: WindowGrid): Int32Array {
  const tokens = new Int32Array(windowCount(grid) * grid.window ** 2).fill(grid.height * grid.width)
  tokenPlaces(grid).forEach((place, token) => (tokens[place] = token))
  return tokens
}

/** The place of each token: the inverse of `windowTokens`. */
export function tokenPlaces(grid: WindowGrid): Int32Array {
  const { height, width } = grid
  return Int32Array.from({ length: height * width }, (_, token) =>
    placeOf(grid, Math.floor(token / width), token % width),
  )
}

/** The place of a point of the padded map, before the shift. */
export function placeOf({ height, width, window, shift }: WindowGrid, y: number, x: number): number {
  const [rows, columns] = [Math.ceil(height / window), Math.ceil(width / window)]
  const rolled = (at: number, count: number) => (at - shift + count * window) % (count * window)
  const [top, left] = [rolled(y, rows), rolled(x, columns)]
  const cell = Math.floor(top / window) * columns + Math.floor(left / window)
  return (cell * window + (top % window)) * window + (left % window)
}

/**
 * Of each place, a number for the part of the map that it comes from: where the map was rolled, a window holds parts
 * from opposite edges, which must not see one another.
 */
export function regions({ height, width, window, shift }: WindowGrid): Uint8Array {
  const [rows, columns] = [Math.ceil(height / window), Math.ceil(width / window)]
  const part = (at: number, count: number) => {
    const toEnd = count * window - at
    return toEnd > window ? 0 : toEnd > shift ? 1 : 2
  }
  return Uint8Array.from({ length: rows * columns * window ** 2 }, (_, place) => {
    const [cell, inside] = [Math.floor(place / window ** 2), place % window ** 2]
    const y = Math.floor(cell / columns) * window + Math.floor(inside / window)
    const x = (cell % columns) * window + (inside % window)
    return part(y, rows) * 3 + part(x, columns)
  })
}
