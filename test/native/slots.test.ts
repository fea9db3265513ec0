/** Slots: memory that a run takes without a copy, and that goes round. */

import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { floats, openFake, runOnce, valuesOf } from './addon.js'

const four = [1, 2, 3, 4]

test('A run takes the slot that it reads, and leaves the one that it writes', async (t) => {
  const session = await openFake({ delay_ms: '20' })
  const [input, output] = [session.slot(16), session.slot(16)]
  new Float32Array(input.buffer).set(four)
  const running = runOnce(
    session,
    [{ name: 'x', shape: [4], data: input }],
    [{ name: 'y', shape: [4], data: output }],
    1,
  )
  t.is(input.byteLength, 0)
  t.is(input.buffer.byteLength, 0)
  await running
  t.deepEqual([...new Float32Array(output.buffer)], [3, 5, 7, 9])
  await session.dispose()
  t.deepEqual([...new Float32Array(output.buffer)], [3, 5, 7, 9], 'it outlives the session')
})

test('A run that is refused leaves the slot to the caller', async (t) => {
  const session = await openFake({ delay_ms: '20' })
  const input = session.slot(16)
  new Float32Array(input.buffer).set(four)
  const run = (name: string, ticket: number) =>
    runOnce(session, [{ name, shape: [4], data: input }], [floats('y', four)], ticket)
  await t.throwsAsync(run('z', 0), { code: 'ERR_ARGUMENT' })
  t.is(input.byteLength, 16)
  const before = [1, 2, 3].map((ticket) => runOnce(session, [floats('x', four)], [floats('y', four)], ticket))
  await t.throwsAsync(run('x', 3), { code: 'ERR_QUEUE_FULL' })
  t.is(input.byteLength, 16)
  await Promise.all(before)
  await run('x', 4)
  t.is(input.byteLength, 0)
  await session.dispose()
})

test('Slots are lent for whole numbers of bytes, by sessions that are open', async (t) => {
  const session = await openFake()
  for (const bytes of [0, -1, 1.5, NaN, 2 ** 33]) t.throws(() => session.slot(bytes), { code: 'ERR_ARGUMENT' })
  t.throws(() => session.slot('16' as never), { code: 'ERR_ARGUMENT' })
  await session.dispose()
  t.throws(() => session.slot(16), { code: 'ERR_DISPOSED' })
})

test('The memory of a slot is lent again, collected or not, and never twice at once', async (t) => {
  const session = await openFake()
  for (let round = 1; round <= 300; round++) {
    const inputs = [1, 2, 3].map((part) => {
      const slot = session.slot(16)
      new Float32Array(slot.buffer).fill(round * 10 + part)
      return slot
    })
    if (round % 50 === 0) globalThis.gc!()
    const outs = inputs.map(() => ({ name: 'y', shape: [4], data: session.slot(16) }))
    const runs = inputs.map((data, index) => runOnce(session, [{ name: 'x', shape: [4], data }], [outs[index]!], index))
    await Promise.all(runs)
    outs.forEach((out, index) => {
      t.deepEqual(valuesOf(out), [0, 0, 0, 0].fill((round * 10 + index + 1) * 2 + 1))
    })
  }
  await session.dispose()
})

test('The memory of a slot is lent again for any size of its class', async (t) => {
  const session = await openFake()
  const input = session.slot(5000).fill(7)
  const read = { name: 'x', shape: [4], data: input.subarray(0, 16) }
  await runOnce(session, [read], [floats('y', four)], 1)
  // The thread of the session has let go of the last run's memory when it does another.
  await runOnce(session, [floats('x', four)], [floats('y', four)], 2)
  t.true(session.slot(4500).every((byte) => byte === 7))
  await session.dispose()
})

test.serial('Slots that nobody has any more are given back, before and after the session', async (t) => {
  const session = await openFake()
  const before = process.memoryUsage().external
  for (let count = 0; count < 64; count++) session.slot(1 << 20)
  t.true(process.memoryUsage().external >= before + (60 << 20))
  await session.dispose()
  for (let tries = 0; tries < 50 && process.memoryUsage().external > before + (8 << 20); tries++) {
    globalThis.gc!()
    await sleep(10)
  }
  t.true(process.memoryUsage().external <= before + (8 << 20))
})
