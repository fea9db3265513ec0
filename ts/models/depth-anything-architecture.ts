/** What differs from one Depth Anything V2 to the next, and the weights that each has. */

import { badArgument } from '../errors.js'
import { areFour, checkFields, isCount, parseFields } from './config.js'
import { namingOf, shapesInFile, withAuthorsNames } from './depth-anything-names.js'
import { dinov2Shapes, readDinov2, type Dinov2Architecture, type Dinov2Sizes } from './dinov2-architecture.js'
import { dptShapes, dptUnused, readDpt, type DptArchitecture } from './dpt-architecture.js'
import { unsupported } from './unsupported.js'
import { checkWeights, type Weights, type WeightShapes } from './weights.js'

export interface DepthAnythingArchitecture {
  readonly encoder: Dinov2Architecture
  /** The encoder's blocks that the head takes tokens of, ascending, counted from 0. */
  readonly layers: readonly number[]
  readonly head: DptArchitecture
}

/** The fields of a configuration that say something of the network: those beside the authors' constructor. */
export interface DepthAnythingConfig {
  readonly embed_dim?: number
  readonly depth?: number
  readonly num_heads?: number
  readonly features?: number
  readonly out_channels?: readonly number[]
  readonly layers?: readonly number[]
}

/** The authors' own, by the names under which they are known. */
export const depthAnythingSizes = {
  small: { embed_dim: 384, depth: 12, features: 64, out_channels: [48, 96, 192, 384] },
  base: { embed_dim: 768, depth: 12, features: 128, out_channels: [96, 192, 384, 768] },
  large: { embed_dim: 1024, depth: 24, features: 256, out_channels: [256, 512, 1024, 1024] },
} as const satisfies Readonly<Record<string, DepthAnythingConfig>>

/** Of those: a head's channels, and the blocks whose tokens are taken, by the number of blocks. */
const headChannels = 64
const layersOfDepth: Readonly<Record<number, readonly number[]>> = { 12: [2, 5, 8, 11], 24: [4, 11, 17, 23] }
const positions = 37

/** Every weight that the network uses, under its authors' names. */
export function depthAnythingShapes({ encoder, head }: Sizes): WeightShapes {
  return new Map([...dinov2Shapes('pretrained', encoder), ...dptShapes('depth_head', encoder.embedDim, head)])
}

/** What shapes tell of a network. */
interface Sizes {
  readonly encoder: Dinov2Sizes
  readonly head: DptArchitecture
}

/**
 * That of a configuration, with Small's in place of what is not given. Throws ERR_ARGUMENT where it leaves open what
 * follows from nothing.
 */
export function depthAnythingOf(config: DepthAnythingConfig): DepthAnythingArchitecture {
  return completed(sizesOf(config), config)
}

function sizesOf(config: DepthAnythingConfig): Sizes {
  const { embed_dim: embedDim, depth, features, out_channels: outChannels } = { ...depthAnythingSizes.small, ...config }
  return { encoder: { embedDim, depth, positions }, head: { features, outChannels } }
}

/** With what shapes cannot tell. */
function completed({ encoder, head }: Sizes, { num_heads, layers }: DepthAnythingConfig): DepthAnythingArchitecture {
  const { embedDim, depth } = encoder
  const heads = num_heads ?? embedDim / headChannels
  if (!Number.isInteger(heads) || embedDim % heads !== 0) {
    throw badArgument('config.num_heads', `a divisor of the encoder's ${embedDim} channels`, num_heads)
  }
  const blocks = layers ?? layersOfDepth[depth]
  if (!blocks?.every((layer, i) => layer < depth && layer > (blocks[i - 1] ?? -1))) {
    throw badArgument('config.layers', `four of the encoder's ${depth} blocks, ascending from 0`, layers)
  }
  return { encoder: { ...encoder, heads }, layers: blocks, head }
}

/**
 * Other fields are passed over. Throws ERR_ARGUMENT, or ERR_MODEL_UNSUPPORTED for a network that gives metres.
 * @param named what is known of the network already, and must not be contradicted
 */
export function parseDepthAnythingConfig(value: unknown, named: DepthAnythingConfig = {}): DepthAnythingConfig {
  refuseMetres(value)
  const config = parseFields<DepthAnythingConfig>(value, {
    embed_dim: ['a number of channels', isCount],
    depth: ['a number of blocks', isCount],
    num_heads: ['a number of heads', isCount],
    features: ['a number of channels', isCount],
    out_channels: ['four numbers of channels', (one) => areFour(one)],
    layers: ['four blocks, counted from 0', (one) => areFour(one, (layer) => layer === 0 || isCount(layer))],
  })
  for (const name of Object.keys(named) as (keyof DepthAnythingConfig)[]) {
    if (config[name] !== undefined && String(config[name]) !== String(named[name])) {
      throw badArgument(`config.${name}`, `the model's ${String(named[name])}`, config[name])
    }
  }
  return { ...config, ...named }
}

/** Its weights have the names and shapes of those for relative depth: its configuration alone tells that it ends otherwise. */
function refuseMetres(config: unknown): void {
  const { max_depth: most, depth_estimation_type: kind } = (config ?? {}) as Readonly<Record<string, unknown>>
  if (kind !== 'metric' && (kind === 'relative' || typeof most !== 'number')) return
  const why = 'the configuration is that of a network for depth in metres'
  throw unsupported('Depth Anything V2', why, 'Take the checkpoint for relative depth: the nearer, the larger')
}

export interface DepthAnything {
  readonly architecture: DepthAnythingArchitecture
  /** Under the authors' names. */
  readonly weights: Weights
}

/**
 * Read off the weights' shapes, under the authors' names or those of the transformers library. Throws
 * ERR_MODEL_MISMATCH, which lists every weight that does not fit, and what of `config` contradicts the weights, or
 * ERR_ARGUMENT where `config` must say what neither shapes nor the authors' sizes do.
 */
export function readDepthAnything(file: Weights, config: DepthAnythingConfig = {}): DepthAnything {
  const naming = namingOf(file)
  const weights = withAuthorsNames(file, naming)
  const { encoder, head } = sizesOf(config)
  const found = {
    encoder: readDinov2(weights, 'pretrained', encoder),
    head: readDpt(weights, 'depth_head', head),
  }
  const unused = new Set(['pretrained.mask_token', ...dptUnused('depth_head')].flatMap(naming))
  checkWeights('Depth Anything V2', file, shapesInFile(depthAnythingShapes(found), naming), (name) => unused.has(name))
  checkFields<DepthAnythingConfig>(file, config, {
    embed_dim: found.encoder.embedDim,
    depth: found.encoder.depth,
    features: found.head.features,
    out_channels: found.head.outChannels,
  })
  return { architecture: completed(found, config), weights }
}
