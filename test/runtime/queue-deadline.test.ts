import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { turnOf } from '#dist/runtime/index.js'
import { NameQueue, soon } from './queue-help.js'

test('a run that cannot start before its deadline is refused then, and the others keep their order', async (t) => {
  const names = new NameQueue()
  const began = performance.now()
  const first = names.run('a')
  await soon()
  const late = names.run('b', { deadline: 30, priority: 9 })
  const patient = names.run('c', { deadline: 60_000 })
  const other = names.run('d')
  const error = await t.throwsAsync(late, { code: 'ERR_DEADLINE' })
  const waited = performance.now() - began
  t.true(waited >= 29 && waited < 1000, `${waited} ms`)
  t.true((error as unknown as { details: { waited: number } }).details.waited >= 29)
  t.deepEqual(names.order, ['a'])
  await names.finish()
  await Promise.all([first, patient, other])
  t.deepEqual(names.order, ['a', 'c', 'd'])
})

test('deadlines pass in their order whoever leaves between them', async (t) => {
  const names = new NameQueue({ capacity: 1000 })
  const first = names.run('a')
  await soon()
  const controller = new AbortController()
  const ended: number[] = []
  const runs = Array.from({ length: 1000 }, async (_, index) => {
    const leaves = index % 3 === 0
    const turn = turnOf({ deadline: 50 + ((index * 7919) % 101) / 4, ...(leaves && { signal: controller.signal }) })
    const run = names.queue.run('b', turn)
    await t.throwsAsync(run, { code: leaves ? 'ERR_ABORTED' : 'ERR_DEADLINE' })
    if (!leaves) ended.push(turn.startBy)
  })
  controller.abort()
  await Promise.all(runs)
  t.deepEqual(
    ended,
    [...ended].sort((one, other) => one - other),
  )
  t.is(names.queue.waiting, 0)
  await names.finish()
  await first
})

test('a deadline of 0 is kept where a place is idle, and passed where none is', async (t) => {
  const names = new NameQueue()
  const first = names.run('a', { deadline: 0 })
  await soon()
  t.deepEqual(names.order, ['a'])
  await t.throwsAsync(names.run('b', { deadline: 0 }), { code: 'ERR_DEADLINE' })
  await names.finish()
  t.is(await first, 'A')
})

test('a run that is late when a place becomes free is refused, although no timer has said so', async (t) => {
  const names = new NameQueue()
  const first = names.run('a')
  await soon()
  const late = names.run('b', { deadline: 5 })
  const next = names.run('c')
  // The loop does not turn until the deadline has passed.
  for (const until = performance.now() + 10; performance.now() < until;);
  names.begun[0]!.gate.open()
  await t.throwsAsync(late, { code: 'ERR_DEADLINE' })
  await names.finish()
  await Promise.all([first, next])
  t.deepEqual(names.order, ['a', 'c'])
})

test('a deadline says nothing of a run that has begun', async (t) => {
  const names = new NameQueue()
  const run = names.run('a', { deadline: 5 })
  await sleep(20)
  await names.finish()
  t.is(await run, 'A')
})

test('a run that lingers starts by its deadline', async (t) => {
  const names = new NameQueue({ sizes: [1, 2], linger: 60_000 })
  const turn = turnOf({ deadline: 10 })
  const run = names.queue.run('a', turn)
  while (names.order.length === 0) await sleep(1)
  t.true(performance.now() >= turn.startBy)
  await names.finish()
  t.is(await run, 'A')
})

test('a run that is aborted or begun leaves no deadline behind', async (t) => {
  const names = new NameQueue()
  const controller = new AbortController()
  const first = names.run('a', { deadline: 5 })
  const second = names.run('b', { deadline: 10, signal: controller.signal })
  await soon()
  controller.abort()
  await t.throwsAsync(second, { code: 'ERR_ABORTED' })
  await sleep(20)
  await names.finish()
  t.is(await first, 'A')
})
