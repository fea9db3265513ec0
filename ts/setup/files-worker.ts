/** The thread that finds out which files an ONNX model consists of. */

import { readOnnx } from '../graph/index.js'
import { serve } from '../store/index.js'

export interface FilesJob {
  /** Absolute path of the ONNX file. */
  readonly path: string
}

await serve(async ({ path }: FilesJob) => {
  const { graph } = await readOnnx(path)
  const external = graph.initializers.flatMap(({ data }) => (data.kind === 'file' ? [data.path] : []))
  return [path, ...new Set(external)]
})
