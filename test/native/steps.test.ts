/** Runs of several steps: what passes between models stays on the device, and what the steps may not do is refused. */

import test from 'ava'
import { addon, type Binding, type NativeSession } from '#dist/native.js'
import { floats, valuesOf, type Settings } from './addon.js'

let tickets = 0

function openTwo(settings: Settings = {}): Promise<NativeSession> {
  const options = { engine: 'fake', library: '/none', models: ['/one', '/two'], instances: 1, threads: 0 } as const
  return addon().open({ ...options, settings }, ++tickets)
}

const x = floats('x', [1, 2, 3, 4])
const zeros = (): ReturnType<typeof floats> => floats('y', [0, 0, 0, 0])
const between = (name: string, offset = 0): Binding => ({ name, shape: [4], buffer: 0, offset })

test('What one step writes into a buffer the next one reads', async (t) => {
  const session = await openTwo()
  const out = zeros()
  const steps = [
    { model: 0, inputs: [x], outputs: [between('y')] },
    { model: 1, inputs: [between('x')], outputs: [out] },
  ]
  const timings = await session.run(steps, 1)
  t.deepEqual(valuesOf(out), [7, 11, 15, 19])
  t.is(timings.length, 2 + 2 * 3)
  await session.dispose()
})

test('A model runs several times in a run, on its own part of a buffer each time', async (t) => {
  const session = await openTwo()
  const [one, two] = [zeros(), zeros()]
  const steps = [
    { model: 0, inputs: [x], outputs: [between('y')] },
    { model: 0, inputs: [floats('x', [10, 20, 30, 40])], outputs: [between('y', 256)] },
    { model: 1, inputs: [between('x')], outputs: [one] },
    { model: 1, inputs: [between('x', 256)], outputs: [two] },
  ]
  await session.run(steps, 1)
  t.deepEqual(valuesOf(one), [7, 11, 15, 19])
  t.deepEqual(valuesOf(two), [43, 83, 123, 163])
  await session.dispose()
})

test('A copy of what stays on the device comes to the host', async (t) => {
  const session = await openTwo()
  const [copy, out] = [zeros(), zeros()]
  const steps = [
    { model: 0, inputs: [x], outputs: [{ ...between('y'), data: copy.data }] },
    { model: 1, inputs: [between('x')], outputs: [out] },
  ]
  await session.run(steps, 1)
  t.deepEqual(valuesOf(copy), [3, 5, 7, 9])
  t.deepEqual(valuesOf(out), [7, 11, 15, 19])
  await session.dispose()
})

const wrong: readonly [string, readonly unknown[], RegExp][] = [
  ['no steps', [], /^expected an integer from 1 to 1024 for the number of steps/],
  ['a model that is not there', [{ model: 2, inputs: [x], outputs: [zeros()] }], /from 0 to 1 for the model of a step/],
  [
    'a buffer that is not there',
    [{ model: 0, inputs: [x], outputs: [{ ...between('y'), buffer: 64 }] }],
    /from 0 to 63/,
  ],
  [
    'an offset between two numbers',
    [{ model: 0, inputs: [x], outputs: [between('y', 2)] }],
    /a multiple of 4 for the offset/,
  ],
  ['a step that reads where it writes', [{ model: 0, inputs: [between('x')], outputs: [between('y', 8)] }], /overlaps/],
  ['an input with both', [{ model: 0, inputs: [{ ...between('x'), data: x.data }], outputs: [zeros()] }], /got both/],
  [
    'a copy of another size',
    [{ model: 0, inputs: [x], outputs: [{ ...between('y'), data: new Uint8Array(8) }] }],
    /^expected 16 bytes for the data of y, got 8$/,
  ],
]

for (const [what, steps, message] of wrong) {
  test(`A run with ${what} is refused, and the session goes on`, async (t) => {
    const session = await openTwo()
    await t.throwsAsync(session.run(steps as never, 1), { code: 'ERR_ARGUMENT', message })
    const out = zeros()
    await session.run([{ model: 1, inputs: [x], outputs: [out] }], 1)
    t.deepEqual(valuesOf(out), [3, 5, 7, 9])
    await session.dispose()
  })
}

test('Two steps may not write the same memory of the host', async (t) => {
  const session = await openTwo()
  const out = zeros()
  const step = { model: 0, inputs: [x], outputs: [out] }
  await t.throwsAsync(session.run([step, step], 1), { code: 'ERR_ARGUMENT', message: /overlaps/ })
  await session.dispose()
})

const stages = ['allocate', 'copy_in', 'bind', 'enqueue', 'mark', 'copy_out', 'wait']

for (const stage of stages) {
  test(`Runs that fail at ${stage} reject, and those after them work`, async (t) => {
    const session = await openTwo({ fail_at: stage, fail_nth: '2' })
    const out = zeros()
    const steps = [
      { model: 0, inputs: [x], outputs: [{ ...between('y'), data: zeros().data }] },
      { model: 1, inputs: [between('x')], outputs: [out] },
    ]
    // Each of the two models fails at its own second call of the stage.
    const results = []
    for (const ticket of [1, 2, 3, 4]) {
      out.data.fill(0)
      const code = await session.run(steps, ticket).then(
        () => 'done',
        (error: unknown) => `${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`,
      )
      if (code === 'done') t.deepEqual(valuesOf(out), [7, 11, 15, 19])
      results.push(code)
    }
    t.true(results.includes(`ERR_ENGINE_RUN the fake fails at ${stage}`))
    t.is(results.at(-1), 'done')
    t.deepEqual([...new Set(results)].length, 2)
    await session.dispose()
  })
}
