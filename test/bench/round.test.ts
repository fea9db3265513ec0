/** Rounds and what their numbers come to. */

import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { runRound } from '#dist/bench/round.js'
import { percentilesOf, quantilesOf, rangeOf } from '#dist/bench/statistics.js'

test('percentiles are numbers that were there, by nearest rank', (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  t.deepEqual(quantilesOf(hundred), { mean: 50.5, p50: 50, p90: 90, p99: 99 })
  t.deepEqual(quantilesOf([7]), { mean: 7, p50: 7, p90: 7, p99: 7 })
  t.is(percentilesOf(hundred)[0], 1)
  t.is(percentilesOf(hundred)[100], 100)
})

test('a range has the median between the least and the most', (t) => {
  t.deepEqual(rangeOf([10, 9, 2]), { median: 9, least: 2, most: 10 })
  t.deepEqual(rangeOf([4, 1]), { median: 2.5, least: 1, most: 4 })
})

test('each caller has one matte under way, and so many are asked for', async (t) => {
  let [running, most] = [0, 0]
  const matte = async (): Promise<{ timings: object }> => {
    most = Math.max(most, ++running)
    await sleep(5)
    running -= 1
    return { timings: { core: 5 } }
  }
  const { latencies, stages } = await runRound(matte, { pictures: 7 }, 3)
  t.is(most, 3)
  t.is(latencies.length, 7)
  t.deepEqual(stages, { core: [5, 5, 5, 5, 5, 5, 5] })
  const short = await runRound(matte, { seconds: 1e-9 }, 3)
  t.is(short.latencies.length, 3, 'one a caller')
})

test('the first failure ends a round, once all others have ended', async (t) => {
  let ended = 0
  const matte = async (): Promise<never> => {
    await sleep(5)
    ended += 1
    throw new Error(`failure ${ended}`)
  }
  await t.throwsAsync(runRound(matte, { pictures: 100 }, 3), { message: 'failure 1' })
  t.is(ended, 3)
})
