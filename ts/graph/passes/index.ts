/** Passes: each takes a model and gives one that computes the same, smaller or for another target. */

export { foldConstants, shapeOf } from './fold-constants.js'
export { keepOutputs } from './keep-outputs.js'
export { halfValues, isMarkedIsland, mixedPrecision, type IsIsland } from './mixed-precision.js'
export { removeDead } from './remove-dead.js'
export { removeIdentities } from './remove-identities.js'
export { renameValues } from './rename-values.js'
export { resizeInput } from './resize-input.js'
export { sortNodes } from './sort-nodes.js'
export { toFloat32 } from './to-float32.js'
