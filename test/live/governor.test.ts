/** The governor takes its steps in order, goes back up, and waits longer after a step that did not hold. */

import test from 'ava'
import { Governor, ladder } from '#dist/live/governor.js'
import type { LiveDecision } from '#dist/live/index.js'

/** Time that passes second by second, in which so many frames come and so many of them are written. */
class Clock {
  now = 0
  constructor(private readonly governor: Governor) {}

  run(seconds: number, arrived: number, rate: () => number): LiveDecision[] {
    const decisions: LiveDecision[] = []
    for (let second = 0; second < seconds; second++) {
      const written = Math.min(arrived, rate())
      for (let frame = 0; frame < arrived; frame++) {
        this.now += 1000 / arrived
        decisions.push(...this.governor.arrived(this.now))
        if (frame < written) decisions.push(...this.governor.wrote(this.now))
        else this.governor.dropped()
      }
    }
    return decisions
  }
}

const actions = (decisions: readonly LiveDecision[]): string[] => decisions.map(({ action }) => action)

test('depth becomes rarer before the network becomes smaller', (t) => {
  t.deepEqual(ladder(3, [1, 2, 4]), [
    { matting: 0, depthEvery: 1 },
    { matting: 0, depthEvery: 2 },
    { matting: 0, depthEvery: 4 },
    { matting: 1, depthEvery: 4 },
    { matting: 2, depthEvery: 4 },
  ])
  t.deepEqual(ladder(1, [1]), [{ matting: 0, depthEvery: 1 }])
})

test('while the rate is held, late frames are only dropped, and it says so once', (t) => {
  const governor = new Governor(ladder(3, [1]), 24, 0)
  const clock = new Clock(governor)
  t.deepEqual(actions(clock.run(20, 60, () => 40)), ['drop'])
  t.deepEqual(actions(clock.run(20, 60, () => 60)), ['keep'])
  t.is(governor.step.matting, 0)
})

test('where dropping is not enough it goes down step by step, as far as it must, and up again', (t) => {
  const governor = new Governor(ladder(2, [1, 2]), 24, 0)
  const clock = new Clock(governor)
  const costs = [10, 20, 30]
  const rateOf = (): number => costs[governor.step.matting === 1 ? 2 : governor.step.depthEvery - 1]!
  const down = clock.run(12, 30, rateOf)
  t.deepEqual(actions(down).slice(0, 3), ['drop', 'down', 'down'])
  t.deepEqual(down[1]!.step, { matting: 0, depthEvery: 2 })
  t.deepEqual(down[2]!.step, { matting: 1, depthEvery: 2 })
  t.true(down[2]!.written < 24)
  // The load is gone.
  clock.run(30, 30, () => 30)
  t.deepEqual(governor.step, { matting: 0, depthEvery: 1 })
})

test('a single slow second changes nothing', (t) => {
  const governor = new Governor(ladder(3, [1]), 24, 0)
  const clock = new Clock(governor)
  let second = 0
  t.false(actions(clock.run(40, 30, () => (second++ % 8 === 0 ? 5 : 30))).includes('down'))
})

test('a step up that does not hold is tried less and less often', (t) => {
  const governor = new Governor(ladder(2, [1]), 24, 0)
  const clock = new Clock(governor)
  const ups: number[] = []
  for (let second = 0; second < 300; second++) {
    const decisions = clock.run(1, 30, () => (governor.step.matting === 0 ? 15 : 30))
    if (actions(decisions).includes('up')) ups.push(second)
  }
  const gaps = ups.slice(1).map((at, index) => at - ups[index]!)
  t.true(ups.length >= 3 && ups.length <= 7, ups.join(' '))
  t.true(
    gaps.every((gap, index) => index === 0 || gap > gaps[index - 1]!),
    gaps.join(' '),
  )
})

test('a source that is slow, or gives nothing, is no fault of the engines', (t) => {
  const governor = new Governor(ladder(3, [1]), 24, 0)
  const clock = new Clock(governor)
  t.deepEqual(
    clock.run(20, 10, () => 10),
    [],
  )
  clock.now += 60_000
  t.deepEqual(
    clock.run(20, 10, () => 10),
    [],
  )
})

test('seconds without an output do not count', (t) => {
  const governor = new Governor(ladder(3, [1]), 24, 0)
  const clock = new Clock(governor)
  for (let second = 0; second < 20; second++) {
    t.deepEqual(
      clock.run(1, 30, () => (governor.rest(clock.now), 30)),
      [],
    )
  }
})
