/** Exports any other network: an ONNX file goes through the passes that its recipe's family wants. */

import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { badArgument } from '../errors.js'
import type { Exported, ExportOptions } from './export-options.js'
import { checkOutput, writeExported } from './export-write.js'
import { inHalf } from './precision.js'
import { loadRecipe } from './recipe.js'
import { prepareCore } from './registry.js'
import { unsupported } from './unsupported.js'

/** Of options that are right by themselves. Its sizes and weights are the file's, so nothing else may be asked for. */
export async function exportOnnx(options: ExportOptions, recipeName: string): Promise<Exported> {
  const { model: file, output, io = 'tensor', target = 'cpu', precision = 'fp32', batch = 1, signal } = options
  const recipe = loadRecipe(recipeName)
  if (recipe.checkpoint) {
    const message = 'its recipe is for the checkpoint of its authors, not for ONNX files'
    throw unsupported(recipeName, message, `Run: npx pdfnet-trt export ${recipeName} --weights FILE -o FILE.onnx`)
  }
  if (typeof file !== 'string' || file === '') throw badArgument('model', 'the path of an ONNX file', file)
  for (const name of ['weights', 'randomWeights', 'size', 'config'] as const) {
    if (options[name] !== undefined) throw badArgument(name, 'nothing beside an ONNX file', options[name])
  }
  if (batch !== 1) throw badArgument('batch', '1 for an ONNX file', batch)
  const path = resolve(output)
  await checkOutput(path, await realpath(file).catch(() => file), io)
  const core = await prepareCore(recipe, file, target, { signal })
  return writeExported(
    path,
    precision === 'fp16' ? inHalf(core, recipe) : core,
    io === 'image' ? { recipe, target, precision } : undefined,
    options,
  )
}
