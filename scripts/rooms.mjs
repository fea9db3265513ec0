/** The rooms of ts/: which of them may import which. `docs/decisions.md` says why where it is not plain. */

/** Files that every room may import; they import nothing but one another. */
export const shared = ['abortable', 'errors', 'tensor', 'progress', 'threads']

/** A room is a folder of ts/, or a file beside them: the rooms that it may import, through their index.ts. */
export const rooms = {
  'native-session': [],
  'native-pixels': [],
  native: ['native-session', 'native-pixels'],
  store: [],
  checkpoint: [],
  graph: ['checkpoint'],
  models: ['graph', 'checkpoint'],
  tensorrt: ['store', 'native'],
  setup: ['store', 'checkpoint', 'graph', 'models', 'native', 'tensorrt', 'runtime'],
  runtime: ['native', 'store', 'graph', 'tensorrt'],
  image: ['native'],
  matting: ['runtime', 'models', 'store', 'image', 'native', 'setup'],
  batch: ['matting', 'image'],
  video: ['matting', 'image', 'native', 'store'],
  live: ['video', 'matting'],
  report: [],
  eval: ['matting', 'image', 'native', 'report'],
  server: ['matting', 'image', 'native'],
  bench: ['matting', 'runtime', 'models', 'image', 'report'],
  cli: 'any',
  index: 'any',
}

/** Files through which a room may be imported besides its index.ts, each with its reason. */
export const sideEntries = {
  'models/recipe.ts': 'models are listed without loading what writes their graphs',
}

/** Rooms that hold pictures: no loop over pixels may run in them on the JavaScript thread. */
export const pictureRooms = ['runtime', 'image', 'matting', 'batch', 'video', 'live', 'eval', 'server', 'bench', 'cli']

/** Files of those rooms that may loop all the same, each with its reason. */
export const smallLoops = {
  'runtime/selftest.ts': 'draws and looks at one scene of 96×96',
}
