/** Raw frames over pipes: what comes out, who sets the pace, and what becomes of ends that come too early. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { matteRawVideo, type RawVideoOptions } from '#dist/video/index.js'
import { RedChain } from '../matting/red-chain.js'
import { redMatting } from './clips.js'

const header = { format: 'rgb24', width: 5, height: 3, rate: '30000/1001' }

/** A header and frames whose samples count on. */
function stream(frames: number, fields: object = header, bytes = 45): Buffer {
  const data = Buffer.from(Array.from({ length: frames * bytes }, (_, i) => i % 251))
  return Buffer.concat([Buffer.from(`${JSON.stringify(fields)}\n`), data])
}

async function matte(
  input: Buffer,
  options: RawVideoOptions = {},
  chunk = 7,
): Promise<{ head: unknown; data: Buffer }> {
  const pieces = Array.from({ length: Math.ceil(input.length / chunk) }, (_, i) =>
    input.subarray(i * chunk, (i + 1) * chunk),
  )
  const output = new PassThrough({ highWaterMark: 2 ** 24 })
  await matteRawVideo(redMatting(), Readable.from(pieces), output, options)
  const all = Buffer.concat((await output.toArray()) as Buffer[])
  const end = all.indexOf('\n')
  return { head: JSON.parse(all.toString('utf8', 0, end)), data: all.subarray(end + 1) }
}

test('frames of each format come back with their alpha, after a header that says so', async (t) => {
  const rgb = stream(4)
  const samples = rgb.subarray(rgb.indexOf('\n') + 1)
  for (const chunk of [1, 7, 45, 10_000]) {
    const { head, data } = await matte(rgb, {}, chunk)
    t.deepEqual(head, { ...header, format: 'rgba' })
    t.is(data.length, 4 * 60)
    for (let pixel = 0; pixel < 60; pixel++) {
      const [r, g, b] = samples.subarray(3 * pixel)
      t.deepEqual([...data.subarray(4 * pixel, 4 * pixel + 4)], [r, g, b, r])
    }
  }
  const alpha = await matte(rgb, { show: 'alpha' })
  t.deepEqual(alpha.head, { ...header, format: 'gray' })
  t.deepEqual(
    [...alpha.data],
    [...samples].filter((_, index) => index % 3 === 0),
  )
  const over = await matte(rgb, { background: '#000' })
  t.deepEqual(over.head, { ...header, format: 'rgb24' })
  t.is(over.data[3], Math.round((3 * 3) / 255))
  for (const [format, bytes] of [
    ['rgba', 60],
    ['nv12', 27],
    ['i420', 27],
  ] as const) {
    t.is((await matte(stream(3, { ...header, format }, bytes))).data.length, 3 * 60, format)
  }
})

test('a last frame that is cut off is left out and told; without any frame it is an error', async (t) => {
  const report = await matteRawVideo(
    redMatting(),
    Readable.from([stream(3).subarray(0, -10)]),
    new PassThrough().resume(),
  )
  t.like(report, {
    frames: 2,
    isComplete: true,
    format: 'rgba',
    damage: ['the last frame has 35 of 45 bytes, and was left out'],
  })
  const none = matteRawVideo(redMatting(), Readable.from([stream(0)]), new PassThrough().resume())
  await t.throwsAsync(none, { code: 'ERR_INPUT_NO_VIDEO' })
})

test('a header that is none, or says what cannot be, is refused', async (t) => {
  for (const [fields, code, message] of [
    [{ ...header, format: 'yuyv422' }, 'ERR_INPUT_FORMAT', /rgb24, rgba, nv12, i420 for format/],
    [{ ...header, width: 0 }, 'ERR_INPUT_FORMAT', /width/],
    [{ ...header, height: 2.5 }, 'ERR_INPUT_FORMAT', /height/],
    [{ ...header, rate: '0/1' }, 'ERR_INPUT_FORMAT', /rate/],
    [{ ...header, rate: 25 }, 'ERR_INPUT_FORMAT', /rate/],
    [{ ...header, matrix: 'bt2100' }, 'ERR_INPUT_FORMAT', /matrix/],
    [{ ...header, fps: 5 }, 'ERR_INPUT_FORMAT', /nothing named fps/],
    [{ ...header, width: 9000 }, 'ERR_INPUT_LIMIT', /9000×3/],
    [[1], 'ERR_INPUT_FORMAT', /JSON object/],
  ] as const) {
    await t.throwsAsync(matte(stream(1, fields)), { code, message })
  }
  await t.throwsAsync(matte(Buffer.alloc(0)), { code: 'ERR_INPUT_FORMAT', message: /a line .*got nothing/ })
  await t.throwsAsync(matte(Buffer.alloc(9000, 'x')), { code: 'ERR_INPUT_FORMAT', message: /at most 4096 bytes/ })
  const broken = new Readable({ read: () => broken.destroy(new Error('gone')) })
  const run = matteRawVideo(redMatting(), broken, new PassThrough())
  await t.throwsAsync(run, { code: 'ERR_INPUT_READ', message: /gone/ })
})

test('who reads sets the pace, all the way to who writes', async (t) => {
  let pulled = 0
  const bytes = 3 * 64 * 64
  const source = Readable.from(
    (function* () {
      yield Buffer.from(`${JSON.stringify({ ...header, width: 64, height: 64 })}\n`)
      for (; pulled < 1000; pulled++) yield Buffer.alloc(bytes, pulled)
    })(),
    { highWaterMark: 1 },
  )
  const output = new PassThrough({ highWaterMark: 1 })
  const running = matteRawVideo(redMatting(), source, output)
  await sleep(300)
  t.true(pulled < 30, `${pulled} frames were pulled while nobody read`)
  output.resume()
  t.is((await running).frames, 1000)
})

test('a reader that goes away ends it, as a result and not as an error', async (t) => {
  const child = spawn('head', ['-c', '100000'], { stdio: ['pipe', 'ignore', 'ignore'] })
  let pulled = 0
  const source = Readable.from(
    (function* () {
      yield Buffer.from(`${JSON.stringify({ ...header, width: 64, height: 64 })}\n`)
      for (; pulled < 5000; pulled++) yield Buffer.alloc(3 * 64 * 64, pulled)
    })(),
  )
  const gone = once(child, 'exit')
  const report = await matteRawVideo(redMatting(), source, child.stdin)
  await gone
  t.false(report.isComplete)
  t.true(report.frames >= 6 && report.frames < 5000 && pulled < 5000, `${report.frames} frames`)
  t.true(source.destroyed)
})

test('an abort ends it at once, though the source gives nothing', async (t) => {
  const controller = new AbortController()
  const source = new PassThrough()
  source.write(stream(1))
  const running = matteRawVideo(redMatting(new RedChain()), source, new PassThrough().resume(), {
    signal: controller.signal,
  })
  setTimeout(() => controller.abort(), 50)
  await t.throwsAsync(running, { code: 'ERR_ABORTED' })
  t.true(source.destroyed)
})
