/** What differs from one DPT head to the next, and the weights that each has. */

import type { Shape } from '../tensor.js'
import type { Weights, WeightShapes } from './weights.js'

export interface DptArchitecture {
  /** Channels of the maps that are fused. */
  readonly features: number
  /** Channels of the four maps that they are made of, the largest map first. */
  readonly outChannels: readonly number[]
}

/** Of the last convolution but one. */
const lastChannels = 32

/**
 * Every weight that the network uses.
 * @param channels of the encoder's tokens
 */
export function dptShapes(path: string, channels: number, { features, outChannels }: DptArchitecture): WeightShapes {
  const shapes = new Map<string, Shape>()
  const weight = (name: string, ...shape: number[]) => shapes.set(`${path}.${name}.weight`, shape)
  const bias = (name: string, size: number) => shapes.set(`${path}.${name}.bias`, [size])
  const conv = (name: string, from: number, to: number, side: number) => {
    weight(name, to, from, side, side)
    bias(name, to)
  }
  outChannels.forEach((size, i) => {
    conv(`projects.${i}`, channels, size, 1)
    // Four times larger, twice, as it is, half: of these the third needs no weights.
    if (i !== 2) conv(`resize_layers.${i}`, size, size, [4, 2, 1, 3][i]!)
    weight(`scratch.layer${i + 1}_rn`, features, size, 3, 3)
    for (const unit of [1, 2]) {
      if (!isFirstOfFusion(i, unit)) for (const part of fusionUnit(i, unit)) conv(part, features, features, 3)
    }
    conv(`scratch.refinenet${i + 1}.out_conv`, features, features, 1)
  })
  conv('scratch.output_conv1', features, Math.floor(features / 2), 3)
  conv('scratch.output_conv2.0', Math.floor(features / 2), lastChannels, 3)
  conv('scratch.output_conv2.2', lastChannels, 1, 1)
  return shapes
}

/** Names of weights that the network has and does not use: the smallest map is fused with nothing. */
export function dptUnused(path: string): string[] {
  return fusionUnit(3, 1).flatMap((part) => [`${path}.${part}.weight`, `${path}.${part}.bias`])
}

function isFirstOfFusion(map: number, unit: number): boolean {
  return map === 3 && unit === 1
}

function fusionUnit(map: number, unit: number): string[] {
  return ['conv1', 'conv2'].map((part) => `scratch.refinenet${map + 1}.resConfUnit${unit}.${part}`)
}

/** What shapes tell of it. Where a weight is missing that would say, as `otherwise` has it. */
export function readDpt(weights: Weights, path: string, otherwise: DptArchitecture): DptArchitecture {
  const shape = (name: string) => weights.shape(`${path}.${name}.weight`)
  const features = [0, 1, 2, 3].map((i) => shape(`scratch.layer${i + 1}_rn`)?.[0])
  return {
    features: features.find((size) => size !== undefined) ?? otherwise.features,
    outChannels: otherwise.outChannels.map((size, i) => shape(`projects.${i}`)?.[0] ?? size),
  }
}
