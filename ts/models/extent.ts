/** Height and width of maps, whether they are known when the graph is written or only when it runs. */

import type { Module, Value } from './module.js'
import { divide, multiply, resize, reshape, unknownSize } from './operations.js'

/** Numbers, or int64 [2] of the graph's. */
export type Extent = readonly [number, number] | Value

export function isKnown(extent: Extent): extent is readonly [number, number] {
  return Array.isArray(extent)
}

/** That of maps [N, C, H, W]. */
export function extentOf(m: Module, map: Value): Extent {
  const [height, width] = map.shape.slice(2) as [number, number]
  if (height !== unknownSize && width !== unknownSize) return [height, width]
  const sizes = m.apply('Shape', [map], [4])
  return m.apply('Slice', [sizes, m.integers([2]), m.integers([4])], [2])
}

export function times(m: Module, extent: Extent, factor: number): Extent {
  if (isKnown(extent)) return [extent[0] * factor, extent[1] * factor]
  return multiply(m, extent, m.integers([factor]))
}

/** Rounded down. */
export function dividedBy(m: Module, extent: Extent, divisor: number): Extent {
  if (isKnown(extent)) return [Math.floor(extent[0] / divisor), Math.floor(extent[1] / divisor)]
  return divide(m, extent, m.integers([divisor]))
}

/** Maps of that extent, of values in the same order. */
export function reshapeToMaps(m: Module, x: Value, batch: number, channels: number, extent: Extent): Value {
  if (isKnown(extent)) return reshape(m, x, [batch, channels, ...extent])
  return m.apply('Reshape', [x, mapSizes(m, batch, channels, extent)], [batch, channels, unknownSize, unknownSize])
}

/** As `resize`. */
export function resizeTo(m: Module, map: Value, extent: Extent): Value {
  if (isKnown(extent)) return resize(m, map, ...extent)
  const [batch, channels] = map.shape as [number, number]
  const inputs = [map, undefined, undefined, mapSizes(m, batch, channels, extent)]
  return m.apply('Resize', inputs, [batch, channels, unknownSize, unknownSize], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  })
}

function mapSizes(m: Module, batch: number, channels: number, extent: Value): Value {
  return m.apply('Concat', [m.integers([batch, channels]), extent], [4], { axis: 0 })
}
