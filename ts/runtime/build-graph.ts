/** The graph that an engine is built from: what its file is, by hash, and whether the profiles fit its inputs. */

import { basename } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import type { Work } from '../progress.js'
import { hashFiles, inBackground, type FileRecord } from '../store/index.js'
import type { DType } from '../tensor.js'
import type { OptimizationProfile, ShapeRange } from './build-options.js'

export interface GraphJob {
  /** Absolute. */
  readonly onnx: string
}

export interface GraphInput {
  readonly name: string
  readonly dtype: DType | undefined
  /** Undefined: known only at the run. */
  readonly sizes: readonly (number | undefined)[] | undefined
}

export interface GraphFacts {
  /** Absolute paths. */
  readonly external: readonly string[]
  readonly inputs: readonly GraphInput[]
}

/** The files of a graph: the ONNX first, then its external data. Names are without folders. */
export type GraphFiles = readonly (FileRecord & { readonly name: string })[]

/**
 * Reads the ONNX file in a thread and hashes all that belongs to it.
 * @throws ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_ONNX_FORMAT, ERR_ONNX_EXTERNAL, ERR_ONNX_OPERATOR or ERR_ABORTED
 */
export async function inspectGraph(
  onnx: string,
  profiles: readonly OptimizationProfile[],
  work: Work,
): Promise<GraphFiles> {
  const job: GraphJob = { onnx }
  const facts = await inBackground<GraphFacts>(new URL('./build-graph-worker.js', import.meta.url), job, work)
  checkProfiles(facts.inputs, profiles)
  const files = [onnx, ...facts.external]
  const digests = await hashFiles(files, { stage: 'hash', name: basename(onnx) }, work)
  return digests.map(({ bytes, hex }, index) => ({ name: basename(files[index]!), bytes, sha256: hex }))
}

function checkProfiles(inputs: readonly GraphInput[], profiles: readonly OptimizationProfile[]): void {
  const names = inputs.map(({ name }) => name)
  profiles.forEach((profile, index) => {
    for (const [name, range] of Object.entries(profile)) {
      const input = inputs.find((one) => one.name === name)
      if (!input) throw badArgument(`profiles[${index}]`, `ranges for inputs of the graph (${names.join(', ')})`, name)
      checkRange(`profiles[${index}].${name}`, range, input)
    }
  })
  const open = inputs.filter(({ sizes }) => sizes?.some((size) => size === undefined) ?? true)
  const missing = open.find(({ name }) => profiles.length === 0 || profiles.some((profile) => !(name in profile)))
  if (missing) {
    throw new PdfnetError(
      'ERR_ARGUMENT',
      `the size of input ${JSON.stringify(missing.name)} is known only at the run, and a profile says nothing of it`,
      { remedy: 'Give its smallest, usual and largest size in the profiles', details: { input: missing.name } },
    )
  }
}

function checkRange(name: string, { min, max }: ShapeRange, { dtype, sizes }: GraphInput): void {
  if (sizes === undefined) return
  // An input that is itself a shape has a range of values: as many as it has elements.
  const isInteger = dtype === 'int64' || dtype === 'int32'
  if (isInteger && sizes.length <= 1 && min.length === (sizes[0] ?? 1)) return
  if (min.length !== sizes.length) throw badArgument(name, `${sizes.length} sizes`, min)
  const axis = sizes.findIndex((size, at) => size !== undefined && (min[at] !== size || max[at] !== size))
  if (axis >= 0)
    throw badArgument(`${name}, axis ${axis}`, `${sizes[axis]!}, as the graph has it`, [min[axis], max[axis]])
}
