/** The thread that finds out which files a model's weights consist of. */

import { openCheckpoint } from '../checkpoint/index.js'
import { readOnnx } from '../graph/index.js'
import { serve } from '../store/index.js'

export interface FilesJob {
  /** Absolute path of an ONNX file or of a checkpoint. */
  readonly path: string
  readonly isCheckpoint: boolean
}

await serve(async ({ path, isCheckpoint }: FilesJob) => {
  if (isCheckpoint) {
    const checkpoint = await openCheckpoint(path)
    await checkpoint.close()
    return [checkpoint.path]
  }
  const { graph } = await readOnnx(path)
  const external = graph.initializers.flatMap(({ data }) => (data.kind === 'file' ? [data.path] : []))
  return [path, ...new Set(external)]
})
