/** The Swin Transformer as an encoder: maps at a quarter, an eighth, … of the picture's size. */

import { resizeBicubic, transposed } from './bicubic.js'
import { conv, gelu, layerNorm, linear } from './layers.js'
import type { Module, Value } from './module.js'
import { add, padEnd, reshape, transpose } from './operations.js'
import type { SwinArchitecture } from './swin-architecture.js'
import { windowAttention } from './swin-attention.js'

/** Tokens as rows [batch · height · width, C], and the map that they are. */
interface Tokens {
  readonly rows: Value
  readonly batch: number
  readonly height: number
  readonly width: number
}

/**
 * @param m of the encoder's weights
 * @param image [N, 3, H, W], of any size
 * @returns a map for each stage, normed: [N, C · 2^i, ⌈H / 4 / 2^i⌉, ⌈W / 4 / 2^i⌉], named `stage.i` from 1 on
 */
export function swin(m: Module, image: Value, { depths, window }: SwinArchitecture): Value[] {
  let tokens = patchEmbedding(m, image)
  return depths.map((depth, stage) => {
    const layer = m.at(`layers.${stage}`)
    if (stage > 0) tokens = patchMerging(m.at(`layers.${stage - 1}.downsample`), tokens)
    for (let i = 0; i < depth; i++) {
      const shift = i % 2 === 0 ? 0 : Math.floor(window / 2)
      tokens = { ...tokens, rows: block(layer.at(`blocks.${i}`), tokens, window, shift) }
    }
    return mapOf(m, { ...tokens, rows: layerNorm(m, tokens.rows, `norm${stage}`) }, `stage.${stage + 1}`)
  })
}

function patchEmbedding(m: Module, image: Value): Tokens {
  const part = m.at('patch_embed')
  const patch = part.shapeOf('proj.weight')[2]!
  const missing = (size: number) => (patch - (size % patch)) % patch
  const pads = [0, 0, missing(image.shape[2]!), missing(image.shape[3]!)] as const
  const map = conv(part, image, 'proj', { stride: patch, pads })
  const [batch, channels, height, width] = map.shape as [number, number, number, number]
  const flat = reshape(part, transpose(part, map, [0, 2, 3, 1]), [batch * height * width, channels])
  const normed = layerNorm(part, flat, 'norm')
  const tokens = reshape(part, normed, [batch, height * width, channels])
  const rows = reshape(part, add(part, tokens, positionEmbedding(m, height, width)), flat.shape)
  return { rows, batch, height, width }
}

/** [1, height · width, C] */
function positionEmbedding(m: Module, height: number, width: number): Value {
  const name = 'absolute_pos_embed'
  const [, channels, rows, columns] = m.shapeOf(name) as [number, number, number, number]
  return m.derived(`${name}.${height}x${width}`, [1, height * width, channels], async (read) => {
    const planes = resizeBicubic(await read(name), [channels, rows, columns], [height, width])
    return transposed(planes, height * width)
  })
}

function block(m: Module, { rows, height, width }: Tokens, window: number, shift: number): Value {
  const normed = layerNorm(m, rows, 'norm1')
  const attended = add(m, rows, windowAttention(m.at('attn'), normed, { height, width, window, shift }))
  const mlp = m.at('mlp')
  const hidden = gelu(mlp, linear(mlp, layerNorm(m, attended, 'norm2'), 'fc1'))
  return add(m, attended, linear(mlp, hidden, 'fc2'))
}

/** Each 2×2 tokens become one, column by column; an odd map gets zeros after its end. */
function patchMerging(m: Module, { rows, batch, height, width }: Tokens): Tokens {
  const channels = rows.shape[1]!
  const [tall, wide] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  const even = tall * 2 === height && wide * 2 === width
  const padded = even
    ? rows
    : padEnd(m, reshape(m, rows, [batch, height, width, channels]), [0, tall * 2 - height, wide * 2 - width, 0])
  const cells = transpose(m, reshape(m, padded, [batch, tall, 2, wide, 2, channels]), [0, 1, 3, 4, 2, 5])
  const normed = layerNorm(m, reshape(m, cells, [batch * tall * wide, 4 * channels]), 'norm')
  return { rows: linear(m, normed, 'reduction'), batch, height: tall, width: wide }
}

function mapOf(m: Module, { rows, batch, height, width }: Tokens, name: string): Value {
  const channels = rows.shape[1]!
  const map = reshape(m, rows, [batch, height, width, channels])
  return m.apply('Transpose', [map], [batch, channels, height, width], { perm: [0, 3, 1, 2] }, name)
}
