/** A network's weights, by the names that its authors gave them: from a checkpoint, or random ones. */

import { createHash } from 'node:crypto'
import { PdfnetError } from '../errors.js'
import { elementCount, type Shape } from '../tensor.js'

/** Nothing is read before it is asked for, and nothing is kept. */
export interface Weights {
  /** What holds them, for messages: a path. */
  readonly source: string
  readonly names: readonly string[]
  /** Undefined where nothing has that name. */
  shape(name: string): Shape | undefined
  /** The values in single precision, C order, for the caller to keep. Rejects as its source does. */
  read(name: string): Promise<Float32Array>
}

export type WeightShapes = ReadonlyMap<string, Shape>

/**
 * Weights that keep activations about as large as a trained network's: matrices and kernels of variance 1 / fan-in,
 * gains about 1, biases about 0. The same seed gives the same numbers on every machine, tensor by tensor.
 * @param seed a whole number
 */
export function randomWeights(shapes: WeightShapes, seed: number): Weights {
  return {
    source: `random weights of seed ${seed}`,
    names: [...shapes.keys()],
    shape: (name) => shapes.get(name),
    read: (name) => {
      const shape = shapes.get(name)!
      const fanIn = elementCount(shape.slice(1))
      const isBias = shape.length === 1 && name.endsWith('bias')
      const [centre, deviation] = shape.length > 1 ? [0, fanIn ** -0.5] : isBias ? [0, 0.05] : [1, 0.1]
      return Promise.resolve(uniform(elementCount(shape), `${seed}:${name}`, centre, deviation))
    },
  }
}

/** Evenly spread around `centre`: a sum of many is as good as normal, and they are far quicker to make. */
function uniform(count: number, key: string, centre: number, deviation: number): Float32Array {
  const values = new Float32Array(count)
  let state = createHash('sha256').update(key).digest().readUInt32LE(0)
  const span = deviation * Math.sqrt(12)
  for (let i = 0; i < count; i++) {
    // Mulberry32: 32 bits of state, each step a hash of a counter.
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    values[i] = centre + span * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 - 0.5)
  }
  return values
}

/**
 * Throws ERR_MODEL_MISMATCH, whose message names every weight that is missing, misshapen or of no use to the network.
 * @param title the network's, for the message
 * @param isUnused whether a weight is known to be of training only, or to follow from others
 */
export function checkWeights(
  title: string,
  weights: Weights,
  expected: WeightShapes,
  isUnused: (name: string) => boolean,
): void {
  const missing = [...expected].filter(([name]) => !weights.shape(name))
  const misshapen = [...expected].flatMap(([name, shape]) => {
    const found = weights.shape(name)
    return found && !sameShape(found, shape) ? [{ name, shape, found }] : []
  })
  const extra = weights.names.filter((name) => !expected.has(name) && !isUnused(name))
  if (missing.length + misshapen.length + extra.length === 0) return
  const lines = [
    ...missing.map(([name, shape]) => `${name}: expected ${shown(shape)}, found nothing`),
    ...misshapen.map(({ name, shape, found }) => `${name}: expected ${shown(shape)}, found ${shown(found)}`),
    ...extra.map((name) => `${name}: expected nothing, found ${shown(weights.shape(name)!)}`),
  ]
  throw new PdfnetError(
    'ERR_MODEL_MISMATCH',
    `${weights.source} is not the weights of ${title}: ${missing.length} missing, ${misshapen.length} misshapen, ` +
      `${extra.length} unknown\n  ${lines.join('\n  ')}`,
    {
      details: {
        missing: Object.fromEntries(missing),
        misshapen: Object.fromEntries(misshapen.map(({ name, shape, found }) => [name, { expected: shape, found }])),
        extra: Object.fromEntries(extra.map((name) => [name, weights.shape(name)!])),
      },
    },
  )
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

function shown(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** What is wrong with a weight that is not finite throughout, in a line that names it. */
export function faultOf(weights: Weights, name: string, values: Float32Array): string | undefined {
  // Zero times infinity or NaN is NaN, and stays it in the sum.
  let sum = 0
  // An index, as an iterator takes several times as long over hundreds of millions.
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0
  if (sum === 0) return undefined
  const at = values.findIndex((value) => !Number.isFinite(value))
  return `${name} of ${weights.source} holds ${values[at]!} at ${at}, expected finite numbers only`
}
