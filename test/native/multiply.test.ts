/** Samples are multiplied exactly, away from the event loop, in memory that is leased meanwhile. */

import test from 'ava'
import { addon } from '#dist/native.js'

test('Products of 8-bit samples are rounded exactly, all 65,536 of them', async (t) => {
  const target = Uint8Array.from({ length: 65_536 }, (_, index) => index >> 8)
  const other = Uint8Array.from({ length: 65_536 }, (_, index) => index & 255)
  const expected = target.map((sample, index) => Math.round((sample * other[index]!) / 255))
  await addon().multiply(target, other)
  t.deepEqual(target, expected)
})

test('Products of 16-bit samples are rounded exactly', async (t) => {
  const values = [0, 1, 2, 255, 256, 257, 32_767, 32_768, 65_533, 65_534, 65_535]
  for (let value = 3; value < 65_536; value += 331) values.push(value)
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const))
  const target = Uint16Array.from(pairs, ([a]) => a)
  await addon().multiply(
    target,
    Uint16Array.from(pairs, ([, b]) => b),
  )
  t.deepEqual(
    target,
    Uint16Array.from(pairs, ([a, b]) => Math.round((a * b) / 65_535)),
  )
})

test('No samples at all are multiplied at once', async (t) => {
  await t.notThrowsAsync(addon().multiply(new Uint8Array(0), new Uint8Array(0)))
})

test('More pictures than threads are multiplied', async (t) => {
  const targets = Array.from({ length: 16 }, () => new Uint8Array(100_000).fill(128))
  await Promise.all(targets.map((target) => addon().multiply(target, new Uint8Array(100_000).fill(128))))
  for (const target of targets) t.true(target.every((sample) => sample === 64))
})

test('What is not two pictures of one kind is refused', async (t) => {
  const memory = new Uint8Array(8)
  for (const [target, other] of [
    [new Uint8Array(4), new Uint8Array(5)],
    [new Uint8Array(4), new Uint16Array(2)],
    [new Float32Array(4), new Float32Array(4)],
    [[1, 2], new Uint8Array(2)],
    [memory.subarray(0, 5), memory.subarray(3)],
    [new Uint8Array(new SharedArrayBuffer(4)), new Uint8Array(4)],
  ]) {
    await t.throwsAsync(addon().multiply(target as never, other as never), { code: 'ERR_ARGUMENT' })
  }
})

test('A picture that is being multiplied is refused to others', async (t) => {
  const target = new Uint8Array(4_000_000)
  const first = addon().multiply(target, new Uint8Array(4_000_000))
  await t.throwsAsync(addon().multiply(target, new Uint8Array(4_000_000)), { code: 'ERR_ARGUMENT' })
  await first
})
