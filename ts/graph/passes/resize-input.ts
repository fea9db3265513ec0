/** Pass: the model at another size of its pictures, where an exporter wrote sizes down that follow from the input's. */

import { isDeepStrictEqual } from 'node:util'
import { constantOf, tensorOfConstant } from '../constants.js'
import { initializerOf, isOperator, valueInfo, type Initializer, type Model, type ValueInfo } from '../model.js'
import { shapeOf } from './fold-constants.js'

type Size = readonly [height: number, width: number]

/**
 * Inputs and outputs of [N, C, height, width], and the sizes that `Resize` nodes are given, become as much larger or
 * smaller. Undefined where the outputs then are not what is declared: a graph that has its
 * size in it elsewhere. Expects a folded model.
 */
export function resizeInput(model: Model, from: Size, to: Size): Model | undefined {
  if (isDeepStrictEqual(from, to)) return model
  const scaled = (dims: readonly number[]): number[] => {
    const [batch = NaN, channels = NaN, height = NaN, width = NaN] = dims
    return [batch, channels, (height * to[0]) / from[0], (width * to[1]) / from[1]]
  }
  const resized = (info: ValueInfo): ValueInfo => {
    const { dtype, dims = [] } = info.tensor!
    return valueInfo(info.name, dtype, scaled(dims.map(Number)))
  }
  const { graph } = model
  const sizes = new Set(graph.nodes.filter((node) => isOperator(node, 'Resize')).map(({ inputs }) => inputs[3]))
  const initializers = graph.initializers.map((tensor): Initializer => {
    const constant = sizes.has(tensor.name) ? constantOf(tensor) : undefined
    if (!constant) return tensor
    return initializerOf(tensor.name, tensorOfConstant({ ...constant, values: scaled(constant.values).map(Math.ceil) }))
  })
  const inputs = graph.inputs.map(resized)
  const outputs = graph.outputs.map(resized)
  const other = { ...model, graph: { ...graph, inputs, outputs, initializers, values: [] } }
  const fits = outputs.every(({ name, tensor }) => isDeepStrictEqual(shapeOf(other, name), tensor!.dims))
  return fits ? other : undefined
}
