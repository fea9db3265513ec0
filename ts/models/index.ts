/** The models: their recipes, and the graphs that each is made of. */

export { architectureNames, type ArchitectureName } from './architectures.js'
export { checkpointWeights } from './checkpoint-weights.js'
export { manifestFile, writeChainFiles, type ChainOptions } from './chain.js'
export { chainVersion, type ChainGraph, type ChainManifest } from './chain-manifest.js'
export { exportModel } from './export.js'
export { checkExportOptions, ios, type Exported, type ExportOptions, type Io } from './export-options.js'
export {
  depthAnythingOf,
  depthAnythingShapes,
  parseDepthAnythingConfig,
  type DepthAnythingConfig,
} from './depth-anything-architecture.js'
export { depthAnythingGraph } from './depth-anything.js'
export { depthPreGraph } from './depth-pre.js'
export type { GraphOptions } from './graph-options.js'
export { islands, type Island } from './islands.js'
export {
  architectureOf,
  parsePdfnetConfig,
  pdfnetShapes,
  type PdfnetArchitecture,
  type PdfnetConfig,
} from './pdfnet-architecture.js'
export { openNetwork, type Network, type WeightsSource } from './network.js'
export { pdfnetGraph } from './pdfnet.js'
export { postGraph, type MatteType } from './post.js'
export { precisions, type Precision } from './precision.js'
export { preGraph } from './pre.js'
export { preDepthGraph } from './pre-depth.js'
export { largestSide, preProfile, postProfile } from './profiles.js'
export { loadRecipe, recipeNames, type Recipe, type RecipeWeights } from './recipe.js'
export { prepareCore } from './registry.js'
export { targets, type Target } from './target.js'
export { randomWeights, type Weights } from './weights.js'
