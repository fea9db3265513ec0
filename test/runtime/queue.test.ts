import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { alone, Queue, turnOf } from '#dist/runtime/index.js'
import { gate, NameQueue, soon } from './queue-help.js'

test('no more runs are worked on at the same time than the concurrency, and they begin first come, first served', async (t) => {
  const names = new NameQueue({ concurrency: 2 })
  const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => names.run(name))
  await soon()
  t.deepEqual(names.order, ['a', 'b'])
  t.deepEqual([names.queue.running, names.queue.waiting], [2, 3])
  names.begun[1]!.gate.open()
  t.is(await runs[1], 'B')
  t.deepEqual(names.order, ['a', 'b', 'c'])
  await names.finish()
  t.deepEqual(await Promise.all(runs), ['A', 'B', 'C', 'D', 'E'])
  t.deepEqual(names.order, ['a', 'b', 'c', 'd', 'e'])
  t.deepEqual([names.queue.running, names.queue.waiting], [0, 0])
})

test('one run more than the queue holds is refused, and takes no place', async (t) => {
  const names = new NameQueue({ capacity: 1 })
  const [first, second] = [names.run('a'), names.run('b')]
  const error = await t.throwsAsync(names.run('c'), { code: 'ERR_QUEUE_FULL' })
  t.like(error, { details: { capacity: 1 } })
  await names.finish()
  t.deepEqual([await first, await second], ['A', 'B'])
  const third = names.run('d')
  await names.finish()
  t.is(await third, 'D')
})

test('a queue that holds nothing takes as many runs as there are places for', async (t) => {
  const names = new NameQueue({ capacity: 0, concurrency: 2, sizes: [1, 2] })
  const runs = ['a', 'b', 'c', 'd'].map((name) => names.run(name))
  await t.throwsAsync(names.run('e'), { code: 'ERR_QUEUE_FULL' })
  await soon()
  await t.throwsAsync(names.run('f'), { code: 'ERR_QUEUE_FULL' })
  await names.finish()
  t.deepEqual(await Promise.all(runs), ['A', 'B', 'C', 'D'])
})

test('higher priorities go first, and within one priority the first that came', async (t) => {
  const names = new NameQueue()
  const first = names.run('running')
  await soon()
  const turns: [string, number][] = [
    ['c', 0],
    ['e', -9],
    ['a', 9],
    ['d', 0],
    ['b', 1],
  ]
  const runs = turns.map(([name, priority]) => names.run(name, { priority }))
  await names.finish()
  await Promise.all([first, ...runs])
  t.deepEqual(names.order, ['running', 'a', 'b', 'c', 'd', 'e'])
})

test('full batches are handed out ahead of their turn, and none while anything that waits has a deadline', async (t) => {
  const names = new NameQueue({ concurrency: 1, ahead: 1, sizes: [1, 2], capacity: 4 })
  const first = names.run('a')
  await soon()
  const second = names.run('b')
  await soon()
  t.deepEqual(names.order, ['a'])
  const third = names.run('c')
  await soon()
  t.deepEqual(names.order, ['a', 'b c'])
  const others = ['d', 'e'].map((name) => names.run(name, { deadline: 60_000 }))
  names.begun[0]!.gate.open()
  await soon()
  t.deepEqual([names.queue.running, names.queue.waiting], [2, 2])
  const more = ['f', 'g'].map((name) => names.run(name))
  await t.throwsAsync(names.run('h'), { code: 'ERR_QUEUE_FULL' })
  await names.finish()
  t.deepEqual(await Promise.all([first, second, third, ...others, ...more]), ['A', 'B', 'C', 'D', 'E', 'F', 'G'])
  t.deepEqual(names.order, ['a', 'b c', 'd e', 'f g'])
})

test('a run that fails gives its place on', async (t) => {
  const queue = new Queue<() => Promise<string>, string>(
    alone(({ item }) => item()),
    { concurrency: 1, capacity: 10 },
  )
  const failing = queue.run(() => Promise.reject(new Error('broken')))
  const throwing = queue.run(() => {
    throw new Error('thrown')
  })
  const next = queue.run(() => Promise.resolve('next'))
  await t.throwsAsync(failing, { message: 'broken' })
  await t.throwsAsync(throwing, { message: 'thrown' })
  t.is(await next, 'next')
})

test('a closed queue refuses new runs at once and finishes those it has', async (t) => {
  const names = new NameQueue()
  const [first, second] = [names.run('a'), names.run('b')]
  let closed = false
  const closing = names.queue.close().then(() => (closed = true))
  t.is(names.queue.close(), names.queue.close())
  await t.throwsAsync(names.run('c'), { code: 'ERR_DISPOSED' })
  await soon()
  t.false(closed)
  await names.finish()
  t.deepEqual([await first, await second], ['A', 'B'])
  t.true(await closing)
})

test('a closed queue waits for the last run also when those that waited have left', async (t) => {
  const names = new NameQueue()
  const controller = new AbortController()
  const first = names.run('a')
  const second = names.run('b', controller)
  await soon()
  const closing = names.queue.close()
  controller.abort()
  await t.throwsAsync(second, { code: 'ERR_ABORTED' })
  await names.finish()
  t.is(await first, 'A')
  await closing
  await new NameQueue().queue.close()
})

test('a run knows how long it has waited', async (t) => {
  const names = new NameQueue()
  const came = performance.now()
  const runs = [names.run('a'), names.run('b')]
  await soon()
  const begun = performance.now()
  await sleep(30)
  await names.finish()
  await Promise.all(runs)
  t.true(names.begun[0]!.waited[0]! <= begun - came)
  t.true(names.begun[1]!.waited[0]! >= 29)
})

test('a hundred thousand runs wait, leave and begin in a moment, with one signal and a deadline for all', async (t) => {
  const count = 100_000
  const controllers = [new AbortController(), new AbortController()]
  const holding = gate()
  const order: number[] = []
  const queue = new Queue<number, void>(
    alone(async ({ item }) => {
      order.push(item)
      if (item < 0) await holding.promise
    }),
    { concurrency: 1, capacity: count },
  )
  const began = performance.now()
  const first = queue.run(-1)
  await soon()
  const runs = Array.from({ length: count }, (_, index) =>
    queue.run(
      index,
      turnOf({ deadline: 600_000 - index, ...(controllers[index % 2] && { signal: controllers[index % 2]!.signal }) }),
    ),
  )
  controllers[0]!.abort()
  holding.open()
  const results = await Promise.allSettled([first, ...runs])
  const seconds = (performance.now() - began) / 1000
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1 + count / 2)
  t.true(order.every((item, at) => at < 2 || item === order[at - 1]! + 2))
  t.true(seconds < 10, `${seconds.toFixed(1)} s`)
  t.log(`${((seconds / count) * 1e6).toFixed(1)} µs a run`)
})

test('a bad priority, deadline or signal is refused with its name', (t) => {
  const bad: [object, RegExp][] = [
    [{ priority: 10 }, /an integer from -9 to 9 for priority, got 10/],
    [{ priority: 0.5 }, /for priority, got 0.5/],
    [{ priority: '1' }, /for priority, got "1" \(type string\)/],
    [{ deadline: -1 }, /milliseconds from 0 for deadline, got -1/],
    [{ deadline: NaN }, /for deadline, got NaN/],
    [{ deadline: '5' }, /for deadline, got "5" \(type string\)/],
    [{ signal: {} }, /an AbortSignal for signal, got Object/],
  ]
  for (const [turn, message] of bad) t.throws(() => turnOf(turn), { code: 'ERR_ARGUMENT', message })
  t.is(turnOf().startBy, Infinity)
})
