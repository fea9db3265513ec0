/** The thread that writes a model's graphs: reading and rewriting a whole network takes too long for any other. */

import { join } from 'node:path'
import { PdfnetError } from '../errors.js'
import { writeOnnx, type Model } from '../graph/index.js'
import { postGraph, preGraph, prepareCore } from '../models/index.js'
import { serve } from '../store/index.js'
import { graphFiles, matteTypes, type PrepareJob } from './graphs.js'

await serve(async ({ recipe, weights, target, folder }: PrepareJob, report) => {
  const total = 2 + matteTypes.length
  let done = 0
  const step = (): void => report({ stage: 'prepare', name: recipe.title, done: done++, total })
  const write = async (model: Model, file: string): Promise<void> => {
    await writeOnnx(model, join(folder, file)).catch((error: unknown) => {
      // The store says better than the writer why it cannot be written.
      throw error instanceof PdfnetError && error.code === 'ERR_OUTPUT_WRITE' ? (error.cause ?? error) : error
    })
    step()
  }
  step()
  await write(await prepareCore(recipe, weights, target), graphFiles.core)
  await write(preGraph(recipe, target), graphFiles.pre)
  for (const type of matteTypes) await write(postGraph(recipe, type, target), graphFiles.post[type])
})
