/** What differs from one Swin Transformer to the next, and the weights that each has. */

import type { Shape } from '../tensor.js'
import type { Weights } from './weights.js'

export interface SwinArchitecture {
  /** Channels of the first stage; each further stage has twice as many. */
  readonly embedDim: number
  /** Blocks in each stage, plain and shifted by turns. */
  readonly depths: readonly number[]
  /** Attention heads in each stage. */
  readonly heads: readonly number[]
  /** Tokens along a window's side. */
  readonly window: number
  /** Tokens along the sides of the map that the position embedding was trained on. */
  readonly positions: readonly [number, number]
}

const patch = 4
const mlpRatio = 4

/** Every weight of the network, without what follows from others. */
export function swinShapes(
  path: string,
  { embedDim, depths, heads, window, positions }: SwinArchitecture,
): Map<string, Shape> {
  const shapes = new Map<string, Shape>()
  const set = (name: string, ...shape: number[]) => shapes.set(`${path}.${name}`, shape)
  const norm = (name: string, channels: number) => {
    set(`${name}.weight`, channels)
    set(`${name}.bias`, channels)
  }
  const linear = (name: string, from: number, to: number) => {
    set(`${name}.weight`, to, from)
    set(`${name}.bias`, to)
  }
  set('absolute_pos_embed', 1, embedDim, ...positions)
  set('patch_embed.proj.weight', embedDim, 3, patch, patch)
  set('patch_embed.proj.bias', embedDim)
  norm('patch_embed.norm', embedDim)
  depths.forEach((depth, stage) => {
    const channels = embedDim * 2 ** stage
    for (let i = 0; i < depth; i++) {
      const block = `layers.${stage}.blocks.${i}`
      norm(`${block}.norm1`, channels)
      set(`${block}.attn.relative_position_bias_table`, (2 * window - 1) ** 2, heads[stage]!)
      linear(`${block}.attn.qkv`, channels, 3 * channels)
      linear(`${block}.attn.proj`, channels, channels)
      norm(`${block}.norm2`, channels)
      linear(`${block}.mlp.fc1`, channels, mlpRatio * channels)
      linear(`${block}.mlp.fc2`, mlpRatio * channels, channels)
    }
    if (stage < depths.length - 1) {
      norm(`layers.${stage}.downsample.norm`, 4 * channels)
      set(`layers.${stage}.downsample.reduction.weight`, 2 * channels, 4 * channels)
    }
    norm(`norm${stage}`, channels)
  })
  return shapes
}

/** Of a checkpoint: what says nothing new. */
export function isSwinBuffer(name: string): boolean {
  return /\.attn\.relative_position_index$/.test(name)
}

/** What the weights' shapes say; where they say nothing, as `otherwise` has it, and the check of all shapes will tell. */
export function readSwin(weights: Weights, path: string, otherwise: SwinArchitecture): SwinArchitecture {
  const positions = weights.shape(`${path}.absolute_pos_embed`)
  const tables = otherwise.depths.map((_, stage) => tableOf(weights, `${path}.layers.${stage}.`))
  const distances = tables.find((table) => table !== undefined)?.[0]
  return {
    embedDim: weights.shape(`${path}.patch_embed.proj.weight`)?.[0] ?? otherwise.embedDim,
    depths: otherwise.depths.map((depth, stage) => countBlocks(weights, `${path}.layers.${stage}.blocks.`) ?? depth),
    heads: otherwise.heads.map((heads, stage) => tables[stage]?.[1] ?? heads),
    window: distances === undefined ? otherwise.window : Math.floor((Math.sqrt(distances) + 1) / 2),
    positions: positions?.length === 4 ? [positions[2]!, positions[3]!] : otherwise.positions,
  }
}

function tableOf(weights: Weights, layer: string): Shape | undefined {
  const name = weights.names.find((one) => one.startsWith(layer) && one.endsWith('.relative_position_bias_table'))
  const shape = name === undefined ? undefined : weights.shape(name)
  return shape?.length === 2 ? shape : undefined
}

/** Even, as blocks come in pairs: a last one that is missing shall be missed. */
function countBlocks(weights: Weights, blocks: string): number | undefined {
  const indices = weights.names
    .filter((name) => name.startsWith(blocks))
    .map((name) => Number.parseInt(name.slice(blocks.length), 10))
    .filter((index) => index < maxBlocks)
  return indices.length === 0 ? undefined : Math.ceil((Math.max(...indices) + 1) / 2) * 2
}

/** Far above any network's, so that a name in a file cannot ask for a million. */
const maxBlocks = 100
