/** TensorRT on this machine: its flavours, where its libraries are looked for, and whether they can be trusted and used. */

export { findTensorrt } from './find.js'
export {
  compareVersions,
  flavourFiles,
  flavourFor,
  flavourNames,
  libraryName,
  rtxCapabilities,
  runsOn,
  type Flavour,
} from './flavours.js'
export { installAll, lacksResource } from './resources.js'
export { cudaFact, pickLibrary, searchTensorrt, type Place, type PlacedLibrary, type TensorrtSearch } from './search.js'
