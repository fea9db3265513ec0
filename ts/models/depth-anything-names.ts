/** The names of Depth Anything's weights: its authors', and those in the format of the transformers library. */

import type { Shape } from '../tensor.js'
import type { Weights, WeightShapes } from './weights.js'

/** What of an authors' name stands for what of the other format's; each is applied where it matches. */
const parts: readonly (readonly [RegExp, string | ((match: string, number: string) => string)])[] = [
  [/^pretrained\.(cls|mask)_token$/, 'backbone.embeddings.$1_token'],
  [/^pretrained\.pos_embed$/, 'backbone.embeddings.position_embeddings'],
  [/^pretrained\.patch_embed\.proj\./, 'backbone.embeddings.patch_embeddings.projection.'],
  [/^pretrained\.norm\./, 'backbone.layernorm.'],
  [/^pretrained\.blocks\./, 'backbone.encoder.layer.'],
  [/\.ls([12])\.gamma$/, '.layer_scale$1.lambda1'],
  [/\.attn\.proj\./, '.attention.output.dense.'],
  [/^depth_head\.projects\.(\d)/, 'neck.reassemble_stage.layers.$1.projection'],
  [/^depth_head\.resize_layers\.(\d)/, 'neck.reassemble_stage.layers.$1.resize'],
  [/^depth_head\.scratch\.layer(\d)_rn/, (_, map) => `neck.convs.${Number(map) - 1}`],
  // From the smallest map to the largest there, from the largest to the smallest here.
  [/^depth_head\.scratch\.refinenet(\d)/, (_, map) => `neck.fusion_stage.layers.${4 - Number(map)}`],
  [/\.out_conv\./, '.projection.'],
  [/\.resConfUnit(\d)\.conv(\d)/, '.residual_layer$1.convolution$2'],
  [/^depth_head\.scratch\.output_conv1/, 'head.conv1'],
  [/^depth_head\.scratch\.output_conv2\.0/, 'head.conv2'],
  [/^depth_head\.scratch\.output_conv2\.2/, 'head.conv3'],
]

/** What a format calls an authors' weight: of several names the weights stand one after another along axis 0. */
export type Naming = (name: string) => readonly string[]

function transformers(name: string): readonly string[] {
  const renamed = parts.reduce(
    // The overloads of `replace` take the one kind of replacement or the other.
    (old, [from, to]) => (typeof to === 'string' ? old.replace(from, to) : old.replace(from, to)),
    name,
  )
  const [, block, part] = /^(.*)\.attn\.qkv\.(weight|bias)$/.exec(renamed) ?? []
  if (block === undefined) return [renamed]
  return ['query', 'key', 'value'].map((one) => `${block}.attention.attention.${one}.${part!}`)
}

/** That of the file. */
export function namingOf(weights: Weights): Naming {
  const isTransformers = weights.names.some((name) => /^(backbone|neck)\./.test(name))
  return isTransformers ? transformers : (name) => [name]
}

/** Of the weights under the authors' names, what the file holds for them. */
export function shapesInFile(shapes: WeightShapes, naming: Naming): WeightShapes {
  return new Map(
    [...shapes].flatMap(([name, [first, ...rest]]) => {
      const names = naming(name)
      return names.map((one): [string, Shape] => [one, [first! / names.length, ...rest]])
    }),
  )
}

/** The file's weights under the authors' names. */
export function withAuthorsNames(weights: Weights, naming: Naming): Weights {
  return {
    ...weights,
    shape: (name) => {
      const [whole, ...others] = naming(name).map((one) => weights.shape(one))
      if (!whole || others.length === 0) return whole
      return others.includes(undefined) ? undefined : [whole[0]! * (1 + others.length), ...whole.slice(1)]
    },
    read: async (name) => {
      const [whole, ...others] = await Promise.all(naming(name).map((one) => weights.read(one)))
      return others.length === 0 ? whole! : joined([whole!, ...others])
    },
  }
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const piece of pieces) {
    whole.set(piece, end)
    end += piece.length
  }
  return whole
}
