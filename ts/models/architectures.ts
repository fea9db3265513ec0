/** The networks that are written from their weights, one row each. */

import { badArgument } from '../errors.js'
import type { Model } from '../graph/index.js'
import {
  depthAnythingOf,
  depthAnythingShapes,
  depthAnythingSizes,
  parseDepthAnythingConfig,
  type DepthAnythingConfig,
} from './depth-anything-architecture.js'
import { depthAnythingGraph } from './depth-anything.js'
import { architectureOf, parsePdfnetConfig, pdfnetShapes, type PdfnetConfig } from './pdfnet-architecture.js'
import type { GraphSize } from './graph-options.js'
import { pdfnetGraph } from './pdfnet.js'
import type { Target } from './target.js'
import type { Weights, WeightShapes } from './weights.js'

export interface GraphRequest<Config> {
  readonly target: Target
  /** Height and width of the pictures. @default the configuration's, or else what the network was trained on */
  readonly size: GraphSize | undefined
  /** Pictures in a run. */
  readonly batch: number
  readonly config: Config
}

export interface Architecture<Config> {
  /** Takes the fields that it knows; throws ERR_ARGUMENT. An empty object stands for the authors' own network. */
  readonly parseConfig: (value: unknown) => Config
  readonly shapes: (config: Config) => WeightShapes
  /** Throws ERR_MODEL_MISMATCH for weights that are not the network's, ERR_ARGUMENT for a size that it cannot take. */
  readonly graph: (weights: Weights, request: GraphRequest<Config>) => Model
}

const pdfnet: Architecture<PdfnetConfig> = {
  parseConfig: parsePdfnetConfig,
  shapes: (config) => pdfnetShapes(architectureOf(config)),
  graph: (weights, { size, ...rest }) => {
    const side = rest.config.size ?? 1024
    if (size === 'any') throw badArgument('size', 'one height and width', size)
    return pdfnetGraph(weights, { size: size ?? [side, side], ...rest })
  },
}

/** @param named what the network's name says of it */
const depthAnything = (named: DepthAnythingConfig): Architecture<DepthAnythingConfig> => ({
  parseConfig: (value) => parseDepthAnythingConfig(value, named),
  shapes: (config) => depthAnythingShapes(depthAnythingOf(config)),
  graph: (weights, { size = [518, 518], ...rest }) => depthAnythingGraph(weights, { size, ...rest }),
})

const architectures = {
  pdfnet,
  'depth-anything-v2': depthAnything({}),
  'depth-anything-v2-small': depthAnything(depthAnythingSizes.small),
  'depth-anything-v2-base': depthAnything(depthAnythingSizes.base),
  'depth-anything-v2-large': depthAnything(depthAnythingSizes.large),
}

export type ArchitectureName = keyof typeof architectures

export const architectureNames = Object.keys(architectures) as readonly ArchitectureName[]

export function isArchitecture(name: string): name is ArchitectureName {
  return Object.hasOwn(architectures, name)
}

/** As one that takes back the configurations that it gave. */
export function architectureNamed(name: ArchitectureName): Architecture<unknown> {
  return architectures[name] as Architecture<unknown>
}
