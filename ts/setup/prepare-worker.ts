/** The thread that writes a model's graphs: reading and rewriting a whole network takes too long for any other. */

import { PdfnetError } from '../errors.js'
import { openNetwork, writeChainFiles } from '../models/index.js'
import { serve } from '../store/index.js'
import type { PrepareJob } from './graphs.js'

await serve(async ({ network, depth, target, precision, batches, folder }: PrepareJob, onProgress) => {
  const { recipe } = network
  const open = ({ recipe, weights }: PrepareJob['network']) => openNetwork(recipe, weights, { target, precision })
  const opened = await open(network)
  try {
    const cores = []
    for (const batch of batches) cores.push(await opened.graph(batch))
    const openedDepth = depth && (await open(depth))
    try {
      const graph = openedDepth && { recipe: depth.recipe, model: await openedDepth.graph(1) }
      await writeChainFiles(
        folder,
        { recipe, target, precision, cores, ...(graph && { depth: graph }) },
        { onProgress },
      )
    } finally {
      await openedDepth?.close()
    }
  } catch (error) {
    // The store says better than the writer why it cannot be written.
    throw error instanceof PdfnetError && error.code === 'ERR_OUTPUT_WRITE' ? (error.cause ?? error) : error
  } finally {
    await opened.close()
  }
})
