/** Measures many pairs: a few in flight, each reported as it ends, a bad one never stopping the rest. */

import { asPdfnetError, badArgument, throwIfAborted, type PdfnetError } from '../errors.js'
import { readMap } from './map.js'
import { measurePair, type Curves } from './measure-pair.js'
import { evaluationKinds, type EvaluationKind, type Scores } from './measures.js'
import type { Pair } from './pairs.js'
import type { Predict } from './predict.js'

export interface EvaluateOptions {
  readonly kind: EvaluationKind
  readonly predict: Predict
  readonly signal?: AbortSignal | undefined
}

/** One pair's end: with its scores, or with the error that kept it from them. */
export interface PairResult {
  readonly pair: Pair
  /** The file that holds the prediction. */
  readonly prediction?: string
  readonly scores?: Scores
  readonly curves?: Curves
  readonly error?: PdfnetError
}

/** While two are measured, a third is read. */
const inFlight = 3

/**
 * Yields each pair's result as it ends. Ends by ERR_ARGUMENT, or by ERR_ABORTED once the signal is aborted and nothing
 * is in flight.
 * @example
 * const { pairs } = await findPairs({ truths: 'gt/', predictions: 'predicted/' })
 * const summary = new EvaluationSummary()
 * for await (const result of evaluate(pairs, { kind: 'masks', predict: readyPredictions })) summary.add(result)
 * summary.figures().scores.maxF
 */
export async function* evaluate(pairs: Iterable<Pair>, options: EvaluateOptions): AsyncGenerator<PairResult> {
  const { signal, kind, predict } = options
  if (!evaluationKinds.includes(kind)) throw badArgument('kind', `one of ${evaluationKinds.join(', ')}`, kind)
  if (typeof predict !== 'function') throw badArgument('predict', 'a function', predict)
  const running = new Map<Pair, Promise<PairResult>>()
  const waiting = pairs[Symbol.iterator]()
  try {
    for (;;) {
      while (running.size < inFlight && !signal?.aborted) {
        const next = waiting.next()
        if (next.done) break
        running.set(next.value, evaluateOne(next.value, options))
      }
      if (running.size === 0) break
      const result = await Promise.race(running.values())
      running.delete(result.pair)
      yield result
    }
  } finally {
    await Promise.all(running.values())
  }
  throwIfAborted(signal)
}

/** Never rejects: the result tells. */
async function evaluateOne(pair: Pair, { kind, predict, signal }: EvaluateOptions): Promise<PairResult> {
  try {
    const [truth, { map, path }, depth] = await Promise.all([
      readMap(pair.truth, { signal }),
      predict(pair, signal),
      pair.depth === undefined ? undefined : readMap(pair.depth, { signal }),
    ])
    return { pair, prediction: path, ...(await measurePair(map, truth, kind, depth)) }
  } catch (error) {
    return { pair, error: asPdfnetError(error) }
  }
}
