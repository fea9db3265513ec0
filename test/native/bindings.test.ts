/** The memory of a run is checked before anything is written, and is the run's alone while it lasts. */

import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { HostBinding, NativeSession } from '#dist/native.js'
import { floats, openFake, runOnce, valuesOf } from './addon.js'

const four = [1, 2, 3, 4]
const x = (): HostBinding => floats('x', four)
const y = (): HostBinding => floats('y', [0, 0, 0, 0])
const bytes = (count: number): Uint8Array => new Uint8Array(count)

function resizable(): Uint8Array {
  const Buffer_ = ArrayBuffer as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer
  return new Uint8Array(new Buffer_(16, { maxByteLength: 32 }))
}

function detached(): Uint8Array {
  const buffer = new ArrayBuffer(16)
  const array = new Uint8Array(buffer)
  structuredClone(buffer, { transfer: [buffer] })
  return array
}

const shared = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(16))

const wrong: readonly [string, unknown, unknown, RegExp][] = [
  ['no inputs', [], [y()], /^expected the input x, got none$/],
  ['no outputs', [x()], [], /^expected the output y, got none$/],
  ['inputs that are no array', undefined, [y()], /^expected an array for inputs, got undefined$/],
  ['an input that is null', [null], [y()], /^expected an object for inputs, got null$/],
  ['a name that is unknown', [x(), { ...x(), name: 'z' }], [y()], /^expected each of x once .* got z$/],
  ['a name that is given twice', [x(), x()], [y()], /^expected each of x once .* got x$/],
  ['a name that is no string', [{ ...x(), name: 1 }], [y()], /^expected a string for name, got the number 1$/],
  ['a rank that is wrong', [{ ...x(), shape: [2, 2] }], [y()], /^expected shape \[4\] for x, got \[2, 2\]$/],
  ['a size that is wrong', [floats('x', [1, 2])], [y()], /^expected shape \[4\] for x, got \[2\]$/],
  ['a size that is zero', [{ ...x(), shape: [0] }], [y()], /^expected an integer from 1 to .* got the number 0$/],
  ['a size that is no integer', [{ ...x(), shape: [1.5] }], [y()], /^expected an integer .* got the number 1.5$/],
  ['a size that is infinite', [{ ...x(), shape: [Infinity] }], [y()], /^expected an integer .* got the number Inf/],
  ['too few bytes', [{ ...x(), data: bytes(15) }], [y()], /^expected 16 bytes for x \(float32 \[4\]\), got 15$/],
  ['too many bytes', [x()], [{ ...y(), data: bytes(17) }], /^expected 16 bytes for y \(float32 \[4\]\), got 17$/],
  ['an odd offset', [{ ...x(), data: bytes(17).subarray(1) }], [y()], /^expected memory aligned to 4 bytes for x/],
  ['other than bytes', [{ ...x(), data: new Float32Array(4) }], [y()], /^expected a Uint8Array for the data of x/],
  ['no memory', [{ ...x(), data: undefined }], [y()], /^expected a typed array for the data of x, got undefined$/],
  ['shared memory', [{ ...x(), data: shared() }], [y()], /^expected memory that is not shared for the data of x/],
  ['resizable memory', [{ ...x(), data: resizable() }], [y()], /^expected memory of a fixed size for the data of x/],
  ['detached memory', [x()], [{ ...y(), data: detached() }], /^expected memory that is there for the data of y/],
]

for (const [what, inputs, outputs, message] of wrong) {
  test(`A run with ${what} is refused, and the session goes on`, async (t) => {
    const session = await openFake()
    await t.throwsAsync(runOnce(session, inputs as never, outputs as never, 1), { code: 'ERR_ARGUMENT', message })
    const out = y()
    await runOnce(session, [x()], [out], 1)
    t.deepEqual(valuesOf(out), [3, 5, 7, 9])
    await session.dispose()
  })
}

test('A ticket is an integer that no run in flight has', async (t) => {
  const session = await openFake({ delay_ms: '50' })
  const running = runOnce(session, [x()], [y()], 1)
  for (const ticket of [1, -1, 0.5, NaN, '1' as never]) {
    await t.throwsAsync(runOnce(session, [x()], [y()], ticket), { code: 'ERR_ARGUMENT' })
  }
  await running
  await session.dispose()
})

test('A size whose bytes do not fit a number is refused', async (t) => {
  const session = await openFake({ inputs: 'x:float32:-1,-1,-1', outputs: 'y:float32:4' })
  const huge = { ...x(), shape: [2 ** 40, 2 ** 40, 2 ** 40] }
  await t.throwsAsync(runOnce(session, [huge], [y()], 1), { code: 'ERR_ARGUMENT' })
  await session.dispose()
})

test('Dynamic sizes are those of the run', async (t) => {
  const session = await openFake({ inputs: 'x:float32:-1', outputs: 'y:float32:-1', scale: '10', offset: '0' })
  const out = floats('y', [0, 0])
  await runOnce(session, [floats('x', [1, 2])], [out], 1)
  t.deepEqual(valuesOf(out), [10, 20])
  await session.dispose()
})

/** A session with one input and two outputs, and 64 bytes to share out among them. */
async function openPair(
  delay = '0',
): Promise<{ session: NativeSession; at: (name: string, from: number) => HostBinding }> {
  const session = await openFake({ outputs: 'y:float32:4;z:float32:4', delay_ms: delay })
  const memory = new ArrayBuffer(64)
  return { session, at: (name, from) => ({ name, shape: [4], data: new Uint8Array(memory, from, 16) }) }
}

test('Outputs overlap neither one another nor an input', async (t) => {
  const { session, at } = await openPair()
  for (const [inX, inY, inZ] of [
    [0, 0, 32],
    [0, 12, 32],
    [0, 16, 28],
    [32, 16, 16],
  ] as const) {
    const refused = runOnce(session, [at('x', inX)], [at('y', inY), at('z', inZ)], 1)
    await t.throwsAsync(refused, { code: 'ERR_ARGUMENT', message: /^expected memory of its own for [yz], got/ })
  }
  await t.notThrowsAsync(runOnce(session, [at('x', 0)], [at('y', 16), at('z', 32)], 1))
  await session.dispose()
})

test('Memory that a run in flight writes is refused to others, until it has ended', async (t) => {
  const { session, at } = await openPair('100')
  const [other, to] = [floats('y', four), floats('z', four)]
  const running = runOnce(session, [at('x', 0)], [at('y', 16), at('z', 32)], 1)
  await t.throwsAsync(runOnce(session, [at('x', 16)], [other, to], 2), { code: 'ERR_ARGUMENT', message: /leased/ })
  await t.throwsAsync(runOnce(session, [x()], [at('y', 0), to], 3), { code: 'ERR_ARGUMENT', message: /leased/ })
  await t.notThrowsAsync(runOnce(session, [at('x', 0)], [other, to], 4), 'both only read the input')
  await running
  await t.notThrowsAsync(runOnce(session, [at('x', 16)], [other, to], 5))
  await session.dispose()
})

test('Memory that nobody else refers to is kept until the run has ended', async (t) => {
  const session = await openFake({ delay_ms: '100' })
  const running = runOnce(session, [x()], [y()], 1)
  for (let turn = 0; turn < 10; turn++) {
    await sleep(5)
    ;(globalThis as { gc?: () => void }).gc?.()
  }
  await t.notThrowsAsync(running)
  await session.dispose()
})
