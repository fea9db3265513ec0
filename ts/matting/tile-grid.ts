/** Where the detail tiles of a picture lie, and how their weights grow from their sides. */

import type { Size } from '../image/index.js'
import type { Ramp, TilePlace } from '../native.js'

/** What neighbours share at least, as a share of a tile's side: less context, and the network sees edges as objects. */
const overlap = 1 / 4

/** Over how much of a tile's side the weight passes to its neighbour, in the middle of what they share. */
const passage = 3 / 16

/**
 * Tiles of the network's own size that cover the picture, evenly spread: row by row. Their weights add up to 1 at each
 * pixel. An axis that is no longer than a tile has one.
 */
export function tileGrid(picture: Size, tile: Size): readonly TilePlace[] {
  const columns = spread(picture.width, tile.width)
  const rows = spread(picture.height, tile.height)
  return rows.flatMap((row) =>
    columns.map((column) => ({
      ...{ left: column.start, top: row.start, width: column.length, height: row.length },
      ...{ fromLeft: column.first, fromTop: row.first, fromRight: column.last, fromBottom: row.last },
    })),
  )
}

interface Stretch {
  readonly start: number
  readonly length: number
  /** From its start, and from its end. */
  readonly first: Ramp
  readonly last: Ramp
}

const none: Ramp = { start: 0, length: 0 }

function spread(whole: number, tile: number): readonly Stretch[] {
  if (whole <= tile) return [{ start: 0, length: whole, first: none, last: none }]
  const steps = Math.ceil((whole - tile) / Math.floor(tile * (1 - overlap)))
  const starts = Array.from({ length: steps + 1 }, (_, i) => Math.round((i * (whole - tile)) / steps))
  const shared = starts.slice(1).map((start, i) => starts[i]! + tile - start)
  return starts.map((start, i) => ({
    ...{ start, length: tile },
    first: ramp(shared[i - 1], tile, Math.floor),
    last: ramp(shared[i], tile, Math.ceil),
  }))
}

/**
 * In the middle of what two tiles share, so that the ramps of both lie on the same pixels and a third tile's on none.
 * @param shared pixels; undefined at the picture's own edge
 */
function ramp(shared: number | undefined, tile: number, round: (value: number) => number): Ramp {
  if (shared === undefined) return none
  const length = Math.max(1, Math.floor(tile * passage))
  return { start: round((shared - length) / 2), length }
}
