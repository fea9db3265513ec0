/** Exports a network: an ONNX file from a checkpoint, without PyTorch. */

import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { openCheckpoint, type Checkpoint } from '../checkpoint/index.js'
import { badArgument, PdfnetError } from '../errors.js'
import { mixedPrecision, writeOnnx, type Model } from '../graph/index.js'
import type { Work } from '../progress.js'
import { architectureNamed, architectureNames, isArchitecture, type ArchitectureName } from './architectures.js'
import { checkpointWeights } from './checkpoint-weights.js'
import { readConfig } from './config-file.js'
import { isPrecision, precisions, type Precision } from './precision.js'
import { isTarget, targets, type Target } from './target.js'
import { randomWeights, type Weights } from './weights.js'

export interface ExportOptions extends Work {
  readonly model: ArchitectureName
  /** Path of the ONNX file, which appears whole or not at all. */
  readonly output: string
  /** Path of a checkpoint: PyTorch's, or safetensors. */
  readonly weights?: string
  /** Instead of weights: a seed, for benchmarks and tests. */
  readonly randomWeights?: number
  /** What it is to run on. @default 'cpu' */
  readonly target?: Target
  /**
   * `fp16` is half precision with islands of single precision; inputs and outputs stay single.
   * @default 'fp32'
   */
  readonly precision?: Precision
  /** Height and width of the pictures. @default the configuration's, or else what the network was trained on */
  readonly size?: readonly [number, number]
  /** Pictures in a run. @default 1 */
  readonly batch?: number
  /** Path of a JSON file with the network's hyper-parameters: those that the weights' shapes cannot tell, or all. */
  readonly config?: string
}

export interface Exported {
  /** Absolute path. */
  readonly path: string
  readonly bytes: number
  readonly nodes: number
  /** Names and sizes. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>
}

/**
 * Rejects with ERR_ARGUMENT, ERR_MODEL_MISMATCH (which lists every weight that does not fit), as `openCheckpoint` and
 * `writeOnnx` do, or with ERR_OUTPUT_CLASH where the output is the checkpoint itself.
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  const { model: name, output, target = 'cpu', precision = 'fp32', size, batch = 1, signal, onProgress } = options
  if (!isArchitecture(name)) throw badArgument('model', `one of ${architectureNames.join(', ')}`, name)
  if (typeof output !== 'string' || output === '') throw badArgument('output', 'the path of a file', output)
  if (!isTarget(target)) throw badArgument('target', `one of ${targets.join(', ')}`, target)
  if (!isPrecision(precision)) throw badArgument('precision', `one of ${precisions.join(', ')}`, precision)
  const architecture = architectureNamed(name)
  const config = architecture.parseConfig(options.config === undefined ? {} : await readConfig(options.config))
  const { weights, checkpoint } = await sourceOf(options, () => architecture.shapes(config))
  try {
    const path = resolve(output)
    if (checkpoint) await checkOutput(path, checkpoint)
    const graph = architecture.graph(weights, { target, size, batch, config })
    const model = precision === 'fp16' ? mixedPrecision(graph) : graph
    await writeOnnx(model, path, {}, { signal, onProgress })
    return describe(path, (await stat(path)).size, model)
  } finally {
    await checkpoint?.close()
  }
}

async function sourceOf(
  { weights, randomWeights: seed, signal }: ExportOptions,
  shapes: () => Parameters<typeof randomWeights>[0],
): Promise<{ readonly weights: Weights; readonly checkpoint?: Checkpoint }> {
  if ((weights === undefined) === (seed === undefined)) {
    throw badArgument('weights', 'either a checkpoint or a seed of random weights', weights)
  }
  if (weights !== undefined) {
    const checkpoint = await openCheckpoint(weights, { signal })
    return { weights: checkpointWeights(checkpoint), checkpoint }
  }
  if (!Number.isSafeInteger(seed)) throw badArgument('randomWeights', 'a whole number', seed)
  return { weights: randomWeights(shapes(), seed!) }
}

/** Weights are read while the file is written, which then takes the output's place. */
async function checkOutput(path: string, checkpoint: Checkpoint): Promise<void> {
  const real = await realpath(path).catch(() => path)
  if (real === checkpoint.path) {
    throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is the checkpoint itself`, { remedy: 'Give another output' })
  }
}

function describe(path: string, bytes: number, { graph }: Model): Exported {
  const sizes = (infos: Model['graph']['inputs']) =>
    Object.fromEntries(infos.map(({ name, tensor }) => [name, tensor?.dims ?? []]))
  return { path, bytes, nodes: graph.nodes.length, inputs: sizes(graph.inputs), outputs: sizes(graph.outputs) }
}
