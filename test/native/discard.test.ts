/** Pixels that nobody wants any more: their memory is given back, while nothing else is lost. */

import { readFile } from 'node:fs/promises'
import test from 'ava'
import { addon } from '#dist/native.js'

const MiB = 2 ** 20

async function residentBytes(): Promise<number> {
  return 1024 * Number(/^VmRSS:\s*(\d+) kB/m.exec(await readFile('/proc/self/status', 'utf8'))![1])
}

test.serial('The memory of discarded pixels is free at once, although the array is still there', async (t) => {
  const pixels = new Uint8Array(256 * MiB).fill(7)
  const before = await residentBytes()
  await addon().discard(pixels)
  t.true(before - (await residentBytes()) > 200 * MiB)
  t.is(pixels[128 * MiB], 0)
})

test('Only what lies in the pixels is lost, wherever they begin and end', async (t) => {
  for (const [begin, end] of [
    [1, 2],
    [5000, 5001],
    [4095, 4097],
    [99_999, 500_001],
    [600_000, 600_000],
  ] as const) {
    const memory = new Uint8Array(MiB).fill(7)
    await addon().discard(memory.subarray(begin, end))
    t.true(memory.every((byte, index) => byte === 7 || (byte === 0 && index >= begin && index < end)))
  }
})

test('Pixels that are being read are not discarded', async (t) => {
  const [target, other] = [new Uint8Array(16 * MiB).fill(255), new Uint8Array(16 * MiB).fill(255)]
  const multiplying = addon().multiply(target, other)
  await t.throwsAsync(addon().discard(other), { code: 'ERR_ARGUMENT', message: /leased/ })
  await multiplying
  t.true(target.every((byte) => byte === 255))
})

test('What is no memory of pixels is refused', async (t) => {
  await t.throwsAsync(addon().discard('pixels' as never), { code: 'ERR_ARGUMENT' })
  await t.throwsAsync(addon().discard(new Uint8Array(new SharedArrayBuffer(4))), { code: 'ERR_ARGUMENT' })
})
