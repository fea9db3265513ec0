/** The blocks that PDFNet repeats. */

import { conv, rmsNorm, silu } from './layers.js'
import type { Module, Value } from './module.js'

/** A 3×3 convolution, RMSNorm over the channels, SiLU. */
export function crs(m: Module, x: Value): Value {
  return silu(m, rmsNorm(m, conv(m, x, '0', { pads: [1, 1, 1, 1] }), '1'))
}

/** A side output: a 3×3 convolution to one channel of logits. */
export function side(m: Module, x: Value, index: number): Value {
  return conv(m.at('Bside'), x, String(index), { pads: [1, 1, 1, 1] })
}
