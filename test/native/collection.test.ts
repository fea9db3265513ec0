/** Garbage that is collected at any moment of a slot's life: its memory goes back once, and never while it is in use. */

import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import type { NativeSession } from '#dist/native.js'
import { floats, openFake, runOnce, valuesOf } from './addon.js'

const count = 8
const size = 4096
const shape = [size / 4]
const numbers = Array.from({ length: count }, (_, index) => index + 1)
const settings = { inputs: `x:float32:${shape[0]!}`, outputs: `y:float32:${shape[0]!}`, delay_ms: '2' }

async function collect(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc!()
    await turn()
  }
}

/** A slot that is full of one number. */
function fill(session: NativeSession, number: number): Uint8Array {
  const slot = session.slot(size)
  new Float32Array(slot.buffer).fill(number)
  return slot
}

function run(session: NativeSession, data: Uint8Array, output: Uint8Array, ticket: number): Promise<unknown> {
  return runOnce(session, [{ name: 'x', shape, data }], [{ name: 'y', shape, data: output }], ticket)
}

/** What the slots that went back are full of, ascending: each is lent again with what is in it. */
function drain(session: NativeSession, slots: number): number[] {
  const lent = Array.from({ length: slots }, () => new Float32Array(session.slot(size).buffer))
  const found = lent.map((values) => (values.every((value) => value === values[0]) ? values[0]! : NaN))
  return found.sort((one, other) => one - other)
}

type Use = (session: NativeSession, slot: Uint8Array, number: number) => unknown

const moments: readonly [string, Use, (number: number) => number][] = [
  ['while they are lent', () => undefined, (number) => number],
  [
    'once a run that was refused has left them',
    (session, slot, number) => run(session, slot, new Uint8Array(1), number).catch(() => undefined),
    (number) => number,
  ],
  [
    'between the submission and the end of the run that reads them',
    async (session, slot, number) => {
      const running = run(session, slot, new Uint8Array(size), number)
      globalThis.gc!()
      await running
    },
    (number) => number,
  ],
  [
    'between the submission and the end of the run that writes them',
    async (session, slot, number) => {
      const running = runOnce(
        session,
        [floats('x', new Array<number>(shape[0]!).fill(number))],
        [{ name: 'y', shape, data: slot }],
        number,
      )
      globalThis.gc!()
      await running
    },
    (number) => 2 * number + 1,
  ],
  [
    'after a run that was cancelled while it computes',
    async (session, slot, number) => {
      const running = run(session, slot, new Uint8Array(size), number)
      await turn()
      session.cancel(number)
      globalThis.gc!()
      await running.catch(() => undefined)
    },
    (number) => number,
  ],
  [
    'after a run that left the queue',
    async (session, slot, number) => {
      const before = runOnce(session, [floats('x', new Array<number>(shape[0]!))], [full()], 1000 + number)
      const running = run(session, slot, new Uint8Array(size), number)
      session.cancel(number)
      globalThis.gc!()
      await Promise.all([before, running.catch(() => undefined)])
    },
    (number) => number,
  ],
]

function full(): ReturnType<typeof floats> {
  return floats('y', new Array<number>(shape[0]!).fill(0))
}

for (const [when, use, left] of moments) {
  test(`Slots go back once each where garbage is collected ${when}`, async (t) => {
    const session = await openFake(settings)
    // All are lent at once, so that each has memory of its own.
    let slots: Uint8Array[] = numbers.map((number) => fill(session, number))
    for (const number of numbers) await use(session, slots[number - 1]!, number)
    globalThis.gc!()
    slots = []
    // The thread of the session has let go of the last run's memory when it does another.
    await runOnce(session, [floats('x', new Array<number>(shape[0]!).fill(0))], [full()], 0)
    await collect()
    t.deepEqual(drain(session, count), numbers.map(left))
    await session.dispose()
  })
}

test('A session that nobody has any more ends once its run has ended, and slots outlive it', async (t) => {
  const start = async (): Promise<readonly [Promise<unknown>, Uint8Array]> => {
    const session = await openFake(settings)
    const output = session.slot(size)
    return [run(session, fill(session, 5), output, 1), output]
  }
  const [running, output] = await start()
  await collect()
  await running
  await collect()
  t.true(valuesOf({ name: 'y', shape, data: output }).every((value) => value === 11))
})
