import test from 'ava'
import { NameQueue, soon } from './queue-help.js'

test('a run that waits leaves at once when it is aborted, and the others keep their order', async (t) => {
  const names = new NameQueue()
  const controller = new AbortController()
  const first = names.run('a')
  const second = names.run('b', controller)
  const third = names.run('c')
  await soon()
  controller.abort(new Error('changed my mind'))
  const error = await t.throwsAsync(second, { code: 'ERR_ABORTED', name: 'AbortError' })
  t.is((error.cause as Error).message, 'changed my mind')
  t.deepEqual(names.order, ['a'])
  await names.finish()
  await Promise.all([first, third])
  t.deepEqual(names.order, ['a', 'c'])
})

test('a run whose signal has aborted before takes no place', async (t) => {
  const names = new NameQueue()
  await t.throwsAsync(names.run('a', { signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' })
  t.deepEqual([names.queue.waiting, names.queue.running], [0, 0])
})

test('one signal takes out all that wait with it, and no other', async (t) => {
  const names = new NameQueue()
  const [one, other] = [new AbortController(), new AbortController()]
  const first = names.run('a')
  await soon()
  const left = ['b', 'd', 'f'].map((name) => names.run(name, one))
  const stayed = ['c', 'e'].map((name) => names.run(name, other))
  one.abort()
  for (const run of left) await t.throwsAsync(run, { code: 'ERR_ABORTED' })
  await names.finish()
  await Promise.all([first, ...stayed])
  t.deepEqual(names.order, ['a', 'c', 'e'])
})

test('the work gets the signal of its run, which settles only when the work has ended', async (t) => {
  const names = new NameQueue()
  const controller = new AbortController()
  let settled = false
  const run = names.run('a', controller).finally(() => (settled = true))
  await soon()
  controller.abort('enough')
  await soon()
  t.true(names.begun[0]!.signal?.aborted)
  t.false(settled)
  // The device could not end it: what it made is dropped.
  names.begun[0]!.gate.open()
  t.is((await t.throwsAsync(run, { code: 'ERR_ABORTED' })).cause, 'enough')
})

test('one member that is aborted does not hurt the others of its batch', async (t) => {
  const names = new NameQueue({ sizes: [1, 2, 3] })
  const controllers = ['a', 'b', 'c'].map(() => new AbortController())
  const runs = ['a', 'b', 'c'].map((name, index) => names.run(name, controllers[index]))
  await soon()
  controllers[1]!.abort()
  await soon()
  t.false(names.begun[0]!.signal!.aborted)
  names.begun[0]!.gate.open()
  const results = await Promise.allSettled(runs)
  t.like(results[0], { value: 'A' })
  t.like(results[1], { reason: { code: 'ERR_ABORTED' } })
  t.like(results[2], { value: 'C' })
})

test('a batch is aborted with its last member', async (t) => {
  const names = new NameQueue({ sizes: [1, 2] })
  const controllers = [new AbortController(), new AbortController()]
  const runs = [names.run('a', controllers[0]), names.run('b', controllers[1])]
  await soon()
  controllers[0]!.abort('first')
  controllers[1]!.abort('second')
  t.is(names.begun[0]!.signal!.reason, 'second')
  names.begun[0]!.gate.fail(new Error('ended early'))
  t.is((await t.throwsAsync(runs[0]!, { code: 'ERR_ABORTED' })).cause, 'first')
  t.is((await t.throwsAsync(runs[1]!, { code: 'ERR_ABORTED' })).cause, 'second')
})

test('a batch with a member that cannot be aborted has no signal', async (t) => {
  const names = new NameQueue({ sizes: [1, 2] })
  const controller = new AbortController()
  const runs = [names.run('a', controller), names.run('b')]
  await soon()
  t.is(names.begun[0]!.signal, undefined)
  controller.abort()
  await names.finish()
  await t.throwsAsync(runs[0]!, { code: 'ERR_ABORTED' })
  t.is(await runs[1], 'B')
})

test('an abort after the end changes nothing', async (t) => {
  const names = new NameQueue({ sizes: [1, 2] })
  const controller = new AbortController()
  const runs = [names.run('a', controller), names.run('b', controller)]
  await names.finish()
  t.deepEqual(await Promise.all(runs), ['A', 'B'])
  controller.abort()
  await soon()
  t.deepEqual([names.queue.waiting, names.queue.running], [0, 0])
})
