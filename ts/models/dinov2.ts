/** DINOv2, a vision transformer, as an encoder: the tokens that some of its blocks give. */

import { dinov2Patch, type Dinov2Architecture } from './dinov2-architecture.js'
import { attention } from './dinov2-attention.js'
import { patchPositions } from './dinov2-positions.js'
import { extentOf, isKnown } from './extent.js'
import { conv, gelu, layerNorm, linear, scaledLinear } from './layers.js'
import type { Module, Value } from './module.js'
import { add, concat, reshape, slice, transpose, unknownSize } from './operations.js'

const epsilon = 1e-6

/**
 * @param m of the encoder's weights
 * @param image [N, 3, H, W], multiples of a patch; N is 1 where H and W are unknown
 * @param layers the blocks whose tokens are wanted, ascending, counted from 0
 * @returns for each the tokens of the patches, normed: [N, H / 14 · W / 14, C]
 */
export function dinov2(
  m: Module,
  image: Value,
  { depth, heads }: Dinov2Architecture,
  layers: readonly number[],
): Value[] {
  const tokens = embedded(m, image)
  const [batch, count, channels] = tokens.shape as [number, number, number]
  let rows = reshape(m, tokens, [count === unknownSize ? unknownSize : batch * count, channels])
  // What follows the last one that is wanted has no effect.
  return Array.from({ length: Math.min(depth, layers.at(-1)! + 1) }, (_, i) => {
    rows = block(m.at(`blocks.${i}`), rows, batch, heads)
    if (!layers.includes(i)) return []
    const patches = slice(m, reshape(m, rows, tokens.shape), 1, count, 1)
    return [layerNorm(m, patches, 'norm', epsilon)]
  }).flat()
}

/** [N, 1 + patches, C]: the class token, then the patches row by row. */
function embedded(m: Module, image: Value): Value {
  const map = conv(m.at('patch_embed'), image, 'proj', { stride: dinov2Patch })
  const grid = extentOf(m, map)
  const [batch, channels] = map.shape as [number, number]
  const part = m.at('patch_embed')
  const patches = transpose(
    part,
    reshape(part, map, [batch, channels, isKnown(grid) ? grid[0] * grid[1] : unknownSize]),
    [0, 2, 1],
  )
  // Its position is always the same.
  const one = m.derived('cls_token', [1, 1, channels], async (read) => {
    const positions = await read('pos_embed')
    return (await read('cls_token')).map((value, i) => value + positions[i]!)
  })
  const each = m.apply('Expand', [one, m.integers([batch, 1, channels])], [batch, 1, channels])
  return concat(m, [each, add(m, patches, patchPositions(m, grid))], 1)
}

function block(m: Module, rows: Value, batch: number, heads: number): Value {
  const attended = add(m, rows, attention(m, layerNorm(m, rows, 'norm1', epsilon), batch, heads))
  const hidden = gelu(m.at('mlp'), linear(m.at('mlp'), layerNorm(m, attended, 'norm2', epsilon), 'fc1'))
  return add(m, attended, scaledLinear(m, hidden, 'mlp.fc2', 'ls2.gamma'))
}
