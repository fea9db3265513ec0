import test from 'ava'
import { Queue } from '#dist/runtime/index.js'

interface Gate {
  readonly promise: Promise<void>
  readonly open: () => void
}

function gate(): Gate {
  let open!: () => void
  const promise = new Promise<void>((resolve) => (open = resolve))
  return { promise, open }
}

test('no more tasks run at the same time than the concurrency, and they begin first come, first served', async (t) => {
  const queue = new Queue({ concurrency: 2, capacity: 10 })
  const gates = Array.from({ length: 5 }, gate)
  const begun: number[] = []
  const runs = gates.map(({ promise }, index) =>
    queue.run(async () => {
      begun.push(index)
      await promise
    }),
  )
  await Promise.resolve()
  t.deepEqual(begun, [0, 1])
  gates[1]!.open()
  await runs[1]
  t.deepEqual(begun, [0, 1, 2])
  for (const { open } of gates) open()
  await Promise.all(runs)
  t.deepEqual(begun, [0, 1, 2, 3, 4])
  t.is(queue.size, 0)
})

test('one task more than the queue holds is refused, and takes no place', async (t) => {
  const queue = new Queue({ concurrency: 1, capacity: 1 })
  const { promise, open } = gate()
  const first = queue.run(() => promise)
  const second = queue.run(() => Promise.resolve('second'))
  await t.throwsAsync(
    queue.run(() => Promise.resolve()),
    { code: 'ERR_QUEUE_FULL' },
  )
  open()
  await first
  t.is(await second, 'second')
  t.is(await queue.run(() => Promise.resolve('third')), 'third')
})

test('a waiting task leaves at once when it is aborted, and the others keep their order', async (t) => {
  const queue = new Queue({ concurrency: 1, capacity: 10 })
  const { promise, open } = gate()
  const controller = new AbortController()
  const order: string[] = []
  const first = queue.run(() => promise)
  const second = queue.run(() => Promise.resolve(order.push('second')), controller.signal)
  const third = queue.run(() => Promise.resolve(order.push('third')))
  controller.abort(new Error('changed my mind'))
  const error = await t.throwsAsync(second, { code: 'ERR_ABORTED', name: 'AbortError' })
  t.is((error.cause as Error).message, 'changed my mind')
  open()
  await Promise.all([first, third])
  t.deepEqual(order, ['third'])
})

test('a task that fails gives its place on', async (t) => {
  const queue = new Queue({ concurrency: 1, capacity: 10 })
  const failing = queue.run(() => Promise.reject(new Error('broken')))
  const next = queue.run(() => Promise.resolve('next'))
  await t.throwsAsync(failing, { message: 'broken' })
  t.is(await next, 'next')
})

test('a closed queue refuses new tasks at once and finishes those it has', async (t) => {
  const queue = new Queue({ concurrency: 1, capacity: 10 })
  const { promise, open } = gate()
  const first = queue.run(() => promise)
  const second = queue.run(() => Promise.resolve('second'))
  let closed = false
  const closing = queue.close().then(() => (closed = true))
  await t.throwsAsync(
    queue.run(() => Promise.resolve()),
    { code: 'ERR_DISPOSED' },
  )
  t.false(closed)
  open()
  await first
  t.is(await second, 'second')
  await closing
  t.pass()
})
