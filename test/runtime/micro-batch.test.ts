import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { Queue } from '#dist/runtime/index.js'
import { NameQueue, soon } from './queue-help.js'

test('runs that arrive together go together, up to the batch', async (t) => {
  const names = new NameQueue({ sizes: [1, 2], concurrency: 4 })
  const runs = ['a', 'b', 'c'].map((name) => names.run(name))
  await soon()
  t.deepEqual(names.order, ['a b', 'c'])
  await names.finish()
  t.deepEqual(await Promise.all(runs), ['A', 'B', 'C'])
})

test('batches form by themselves while all places are taken, and nobody waits while one is idle', async (t) => {
  const names = new NameQueue({ sizes: [1, 2, 3, 4] })
  const runs = [names.run('a')]
  await soon()
  t.deepEqual(names.order, ['a'])
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    runs.push(names.run(name))
    await soon()
  }
  await names.finish()
  t.deepEqual(names.order, ['a', 'b c d e', 'f'])
  t.deepEqual(await Promise.all(runs), ['A', 'B', 'C', 'D', 'E', 'F'])
})

test('no batch is larger than what fills it, where the device has only some sizes', async (t) => {
  const names = new NameQueue({ sizes: [1, 2, 8] })
  const runs = Array.from('abcdefghijklm', (name) => names.run(name))
  await names.finish()
  await Promise.all(runs)
  t.deepEqual(names.order, ['a b c d e f g h', 'i j', 'k l', 'm'])
})

test('different priorities share a batch, and the higher ones come first', async (t) => {
  const names = new NameQueue({ sizes: [1, 2, 3] })
  const runs = [names.run('a')]
  await soon()
  for (const [name, priority] of Object.entries({ d: 0, e: 0, b: 5, c: 1, f: -1 })) {
    runs.push(names.run(name, { priority }))
  }
  await names.finish()
  t.deepEqual(names.order, ['a', 'b c d', 'e f'])
  await Promise.all(runs)
})

test('a run lingers for others until the batch is full', async (t) => {
  const names = new NameQueue({ sizes: [1, 2], linger: 60_000 })
  const first = names.run('a')
  await sleep(5)
  t.deepEqual(names.order, [])
  const second = names.run('b')
  await soon()
  t.deepEqual(names.order, ['a b'])
  await names.finish()
  await Promise.all([first, second])
})

test('a run lingers no longer than it is told, whoever comes meanwhile', async (t) => {
  const names = new NameQueue({ sizes: Array.from({ length: 100 }, (_, index) => index + 1), linger: 40 })
  const runs: Promise<string>[] = []
  const began = performance.now()
  while (names.order.length === 0) {
    runs.push(names.run('a', { priority: runs.length === 0 ? 0 : 1 }))
    await sleep(5)
  }
  const waited = performance.now() - began
  t.true(waited >= 39 && waited < 1000, `${waited} ms`)
  t.true(Math.max(...names.begun[0]!.waited) >= 39)
  await names.finish()
  await Promise.all(runs)
})

test('a queue that is closed lingers no more', async (t) => {
  const names = new NameQueue({ sizes: [1, 2], linger: 60_000 })
  const run = names.run('a')
  await soon()
  const closing = names.queue.close()
  t.deepEqual(names.order, ['a'])
  await names.finish()
  t.is(await run, 'A')
  await closing
})

test('an error of the batch rejects its members and nobody else', async (t) => {
  const names = new NameQueue({ sizes: [1, 2] })
  const runs = ['a', 'b', 'c'].map((name) => names.run(name))
  await soon()
  names.begun[0]!.gate.fail(new Error('the device failed'))
  await t.throwsAsync(runs[0]!, { message: 'the device failed' })
  await t.throwsAsync(runs[1]!, { message: 'the device failed' })
  await names.finish()
  t.is(await runs[2], 'C')
})

test('work that gives another number of results than it got runs is an internal error', async (t) => {
  const queue = new Queue<number, number>(() => Promise.resolve([1]), { concurrency: 1, capacity: 9, sizes: [1, 2] })
  const runs = [queue.run(1), queue.run(2)]
  for (const run of runs) await t.throwsAsync(run, { code: 'ERR_INTERNAL', message: '2 runs together gave 1 results' })
})
