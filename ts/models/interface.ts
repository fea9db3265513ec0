/** A network's input and output: that they are the recipe's, and under the recipe's names. */

import { PdfnetError } from '../errors.js'
import { keepOutputs, renameValues, valueInfo, type Dim, type Model, type ValueInfo } from '../graph/index.js'
import type { Shape } from '../tensor.js'
import type { Recipe } from './recipe.js'

/** Exporters write the newest version they know; the libraries lag behind, and these graphs need nothing newer. */
const newestIr = 10

/**
 * The model with one input and one output, which bear the recipe's names and its static sizes, for so many pictures in a
 * run. Exporters name them as they like: the only input is taken, and the output of that name or else the first. Throws
 * ERR_MODEL_MISMATCH, which says what was found and what was expected.
 */
export function bindInterface(model: Model, recipe: Recipe, batch = 1): Model {
  const [height, width] = recipe.input.size
  const weights = new Set(model.graph.initializers.map((tensor) => tensor.name))
  const inputs = model.graph.inputs.filter((info) => !weights.has(info.name))
  const outputs = model.graph.outputs
  const input = inputs.length === 1 ? inputs[0] : inputs.find((info) => info.name === recipe.input.name)
  const output = outputs.find((info) => info.name === recipe.output.name) ?? outputs[0]
  if (!input || inputs.length > 1) throw mismatch(recipe, 'one input', `${inputs.length} (${namesOf(inputs)})`)
  if (!output) throw mismatch(recipe, 'an output', 'none')
  check(recipe, 'input', input, [1, 3, height, width])
  check(recipe, 'output', output, [1, 1, height, width])

  const pruned = keepOutputs(model, [output.name])
  const { graph } = renameValues(
    pruned,
    new Map([
      [input.name, recipe.input.name],
      [output.name, recipe.output.name],
    ]),
  )
  return {
    ...model,
    irVersion: Math.min(model.irVersion, newestIr),
    graph: {
      ...graph,
      inputs: [valueInfo(recipe.input.name, input.tensor!.dtype, [batch, 3, height, width])],
      outputs: [valueInfo(recipe.output.name, output.tensor!.dtype, [batch, 1, height, width])],
      // Of other batches than the exporter's they would be wrong.
      values: batch === 1 ? graph.values : [],
    },
  }
}

function check(recipe: Recipe, role: string, { name, tensor }: ValueInfo, expected: Shape): void {
  const found = tensor ? `${tensor.dtype} [${(tensor.dims ?? ['…']).map(shown).join(', ')}]` : 'no tensor'
  // Half precision becomes single on the way in; a size that is open is the recipe's.
  const right =
    (tensor?.dtype === 'float32' || tensor?.dtype === 'float16') &&
    (tensor.dims === undefined || tensor.dims.length === expected.length) &&
    (tensor.dims ?? []).every((dim, i) => typeof dim === 'string' || dim === expected[i])
  if (!right) throw mismatch(recipe, `${role} float32 [${expected.join(', ')}]`, `${JSON.stringify(name)}: ${found}`)
}

function shown(dim: Dim): string {
  return dim === '' ? '?' : String(dim)
}

function namesOf(infos: readonly ValueInfo[]): string {
  return infos
    .map((info) => info.name)
    .slice(0, 10)
    .join(', ')
}

function mismatch(recipe: Recipe, expected: string, found: string): PdfnetError {
  return new PdfnetError(
    'ERR_MODEL_MISMATCH',
    `the weights are not of ${recipe.title}: expected ${expected}, found ${found}`,
    {
      details: { model: recipe.name, expected, found },
    },
  )
}
