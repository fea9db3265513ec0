/** What differs from one DINOv2 to the next, and the weights that each has. */

import type { Shape } from '../tensor.js'
import type { Weights } from './weights.js'

export interface Dinov2Architecture {
  /** Channels of every token. */
  readonly embedDim: number
  /** Blocks. */
  readonly depth: number
  /** Attention heads in each. */
  readonly heads: number
  /** Patches along the side of the square that the position embedding was trained on. */
  readonly positions: number
}

/** Pixels along a patch's side. */
export const dinov2Patch = 14
const mlpRatio = 4

/** Every weight of the network, but the token that stands for hidden patches in training. */
export function dinov2Shapes(path: string, { embedDim, depth, positions }: Dinov2Sizes): Map<string, Shape> {
  const shapes = new Map<string, Shape>([
    [`${path}.cls_token`, [1, 1, embedDim]],
    [`${path}.pos_embed`, [1, 1 + positions ** 2, embedDim]],
    [`${path}.patch_embed.proj.weight`, [embedDim, 3, dinov2Patch, dinov2Patch]],
    [`${path}.patch_embed.proj.bias`, [embedDim]],
  ])
  for (let i = 0; i < depth; i++) {
    for (const [name, shape] of blockShapes(embedDim)) shapes.set(`${path}.blocks.${i}.${name}`, shape)
  }
  for (const [name, shape] of normShapes('norm', embedDim)) shapes.set(`${path}.${name}`, shape)
  return shapes
}

function blockShapes(channels: number): readonly (readonly [string, Shape])[] {
  const linear = (name: string, from: number, to: number): [string, Shape][] => [
    [`${name}.weight`, [to, from]],
    [`${name}.bias`, [to]],
  ]
  return [
    ...normShapes('norm1', channels),
    ...linear('attn.qkv', channels, 3 * channels),
    ...linear('attn.proj', channels, channels),
    ['ls1.gamma', [channels]],
    ...normShapes('norm2', channels),
    ...linear('mlp.fc1', channels, mlpRatio * channels),
    ...linear('mlp.fc2', mlpRatio * channels, channels),
    ['ls2.gamma', [channels]],
  ]
}

function normShapes(name: string, channels: number): [string, Shape][] {
  return [
    [`${name}.weight`, [channels]],
    [`${name}.bias`, [channels]],
  ]
}

/** All that shapes tell of it. */
export type Dinov2Sizes = Omit<Dinov2Architecture, 'heads'>

/** What shapes tell of it. Where a weight is missing that would say, as `otherwise` has it. */
export function readDinov2(weights: Weights, path: string, otherwise: Dinov2Sizes): Dinov2Sizes {
  const tokens = weights.shape(`${path}.pos_embed`)?.[1]
  const norm = weights.shape(`${path}.norm.weight`)?.[0]
  return {
    embedDim: weights.shape(`${path}.patch_embed.proj.weight`)?.[0] ?? norm ?? otherwise.embedDim,
    depth: countBlocks(weights, `${path}.blocks`) ?? otherwise.depth,
    positions: tokens === undefined ? otherwise.positions : Math.max(Math.floor(Math.sqrt(tokens - 1)), 1),
  }
}

/** Far above any network's, so that a name in a file cannot ask for a million. */
const maxBlocks = 100

/** Up to the last of which anything is there. */
function countBlocks(weights: Weights, blocks: string): number | undefined {
  const parts = blockShapes(1).map(([name]) => name)
  const isThere = (i: number) => parts.some((part) => weights.shape(`${blocks}.${i}.${part}`) !== undefined)
  const there = Array.from({ length: maxBlocks }, (_, i) => i).filter(isThere)
  return there.length === 0 ? undefined : there.at(-1)! + 1
}
