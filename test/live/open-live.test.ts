/** Live video from files, streams and web servers to files and streams, on this machine. */

import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { PdfnetError } from '#dist/errors.js'
import { openLive, type LiveOptions } from '#dist/live/index.js'
import { ffmpeg, probe, samples, times } from '../video/clips.js'
import { Events, freePort, Looped, over, pattern, slowMatting, withClips, x264 } from './streams.js'

test.serial(
  'what cannot be matted in time is dropped; the others keep their times, and light and sound stay together',
  withClips(async (t, at) => {
    const flash = "drawbox=c=white:t=fill:enable='between(t,1.5,1.8)'"
    const beep = "sine=f=1000:d=3,volume=0:enable='not(between(t,1.5,1.8))'"
    const source = ['-f', 'lavfi', '-i', `color=black:s=64x48:r=60:d=3,${flash}`, '-f', 'lavfi', '-i', beep]
    await ffmpeg(...source, ...x264, '-c:a', 'flac', at('in.mkv'))
    const live = await openLive({ input: at('in.mkv'), output: at('out.mkv'), mattings: [slowMatting(50)], ...over })
    const report = await live.ended
    const { arrived, dropped, written, unwritten } = report.frames
    t.deepEqual([arrived, unwritten, arrived - dropped], [180, 0, written])
    t.true(dropped > 40 && written > 20, `${dropped} dropped, ${written} written`)
    t.true(report.hasSound && report.latency.p50! > 50 && report.latency.p99! >= report.latency.p50!)

    const shown = await times(at('out.mkv'))
    t.is(shown.length, written)
    const ticks = shown.map((time) => (time - shown[0]!) * 60)
    t.true(
      ticks.every((tick) => Math.abs(tick - Math.round(tick)) < 0.15),
      'sixtieths of a second',
    )
    const grey = await samples(at('out.mkv'), 'gray')
    const light = shown.find((_, frame) => grey[frame * 64 * 48]! > 128)!
    t.true(Math.abs(light - (await soundBegins(at('out.mkv')))) < 0.1, `light at ${light} s`)
  }),
)

/** Seconds from a file's beginning to its first loud sample. */
async function soundBegins(path: string): Promise<number> {
  await ffmpeg('-i', path, '-map', '0:a', '-af', 'aresample=8000:first_pts=0', '-ac', '1', '-f', 's16le', `${path}.raw`)
  const raw = execFileSync('cat', [`${path}.raw`], { maxBuffer: 2 ** 24 })
  const sound = new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1)
  return sound.findIndex((value) => Math.abs(value) > 1000) / 8000
}

test.serial(
  'a source that stalls, and one that is killed, is connected to again; the output goes on',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(25, 30), ...x264, '-c:a', 'aac', at('in.flv'))
    const [from, to] = [await freePort(), await freePort()]
    const input = `rtmp://127.0.0.1:${from}/live/secret-key`
    const source = new Looped(t, ['-re', '-i', at('in.flv'), '-c', 'copy', '-listen', '1', '-f', 'flv', input])
    new Looped(t, ['-i', `srt://127.0.0.1:${to}?mode=listener`, '-c', 'copy', '-flush_packets', '1', at('out.ts')])
    await sleep(400)
    const events = new Events()
    const output = `srt://127.0.0.1:${to}?mode=caller`
    const options = { input, output, mattings: [slowMatting(5)], limits: { stall: 2 }, onEvent: events.add, ...over }
    const live = await openLive(options)
    const flowing = async (): Promise<void> => {
      const before = live.report().frames.written
      while (live.report().frames.written < before + 10) await sleep(20)
    }
    await flowing()
    source.signal('SIGSTOP')
    const stalled = await events.until(({ type }) => type === 'lost' && events.all.some(isStall))
    t.is(stalled.type, 'lost')
    source.signal('SIGKILL')
    await events.until(({ type }) => type === 'restored')
    await flowing()
    const count = events.all.length
    source.signal('SIGKILL')
    await events.until((event) => event.type === 'restored' && events.all.indexOf(event) > count)
    await flowing()
    const report = await live.stop()
    t.true(report.losses.input >= 2 && report.losses.output === 0)
    t.is(report.input, `rtmp://127.0.0.1:${from}/live/***`)
    t.is(report.output, `srt://127.0.0.1:${to}?***`)
    t.false(JSON.stringify([events.all, report]).includes('secret-key'))
    const shown = await times(at('out.ts'))
    t.true(shown.length >= 25 && shown.every((time, index) => index === 0 || time > shown[index - 1]!))
    t.like(await probe(at('out.ts')), { codec_name: 'h264', width: 64, height: 48, color_space: 'smpte170m' })
  }),
)

function isStall(event: { readonly type: string; readonly reason?: string }): boolean {
  return event.type === 'lost' && event.reason === 'it gave no frame for 2 s'
}

test.serial(
  'an output that is lost is connected to again, while the source is read on',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(25, 20), ...x264, '-c:a', 'aac', at('in.mkv'))
    const port = await freePort()
    const output = `rtsp://127.0.0.1:${port}/live`
    const sink = new Looped(t, ['-rtsp_flags', 'listen', '-i', output, '-c', 'copy', at('out.mkv')])
    await sleep(400)
    const events = new Events()
    const mattings = [slowMatting(5)]
    const live = await openLive({ input: at('in.mkv'), output, mattings, onEvent: events.add, ...over })
    while (live.report().frames.written < 20) await sleep(20)
    sink.signal('SIGKILL')
    await events.until(({ type }) => type === 'restored')
    const report = await live.stop()
    t.like(report.losses, { input: 0, output: 1 })
    t.true(report.frames.unwritten > 0)
  }),
)

test.serial(
  'a file whose reader takes nothing ends it in time, with frames dropped rather than kept',
  withClips(async (t, at) => {
    const noise = 'nullsrc=s=320x240:r=60,geq=lum=random(1)*255:cb=128:cr=128'
    await ffmpeg('-f', 'lavfi', '-i', noise, '-t', '2', ...x264, at('noise.mp4'))
    await ffmpeg('-stream_loop', '4', '-i', at('noise.mp4'), '-c', 'copy', at('in.mp4'))
    execFileSync('mkfifo', [at('out.ts')])
    const reader = createReadStream(at('out.ts'))
    t.teardown(() => reader.destroy())
    const limits = { stall: 1 }
    const options = { input: at('in.mp4'), output: at('out.ts'), mattings: [slowMatting(0)], bitrate: 1e7, limits }
    const live = await openLive({ ...options, ...over })
    const message = /out\.ts could not be written: ffmpeg took no frame for 1 s/
    await t.throwsAsync(live.ended, { code: 'ERR_OUTPUT_WRITE', message })
    const { arrived, dropped, written } = live.report().frames
    t.true(dropped > 20 && arrived - dropped - written <= 10, `${arrived} came, ${written} written, ${dropped} dropped`)
  }),
)

test.serial(
  'a cheaper matting takes over where the rate cannot be held otherwise',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(25, 9), ...x264, '-an', at('in.mkv'))
    const events = new Events()
    const mattings = [slowMatting(200), slowMatting(5)]
    const options = { input: at('in.mkv'), output: at('out.mkv'), mattings, hold: 20, onEvent: events.add, ...over }
    const live = await openLive(options)
    const down = await events.until((event) => event.type === 'governor' && event.action === 'down')
    t.like(down, { step: { matting: 1, depthEvery: 1 } })
    const { written } = live.report().frames
    await sleep(1000)
    t.true(live.report().frames.written - written >= 12)
    const { step, frames } = await live.stop()
    t.is(step.matting, 1)
    t.is((await times(at('out.mkv'))).length, frames.written)
  }),
)

test.serial(
  'what cannot be opened is said at once, without secrets; an abort ends all',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(25, 5), ...x264, '-c:a', 'aac', at('in.mkv'))
    const port = await freePort()
    const open = (options: Partial<LiveOptions>): ReturnType<typeof openLive> =>
      openLive({ input: at('in.mkv'), output: at('out.ts'), mattings: [slowMatting(1)], ...over, ...options })
    const away = await t.throwsAsync(open({ input: `rtmp://me:hidden@127.0.0.1:${port}/a/key77` }), {
      code: 'ERR_INPUT_READ',
    })
    t.regex(away.message, /rtmp:\/\/\*\*\*@127\.0\.0\.1:\d+\/a\/\*\*\* could not be opened/)
    t.regex(String(away.cause), /Connection to tcp:.* failed: Connection refused/)
    t.notRegex(`${away.stack} ${String(away.cause)}`, /hidden|key77/)
    await t.throwsAsync(open({ input: at('none.mkv') }), { code: 'ERR_INPUT_MISSING' })
    const unreached = await open({ output: `rtmp://127.0.0.1:${port}/a/key77` })
    const error = await t.throwsAsync<PdfnetError>(unreached.ended, { code: 'ERR_OUTPUT_WRITE' })
    t.notRegex(`${error.message} ${String(error.cause)}`, /key77/)
    t.regex(String(error.cause), /Connection refused/)
    t.regex(error.remedy, /takes streams/)
    await t.throwsAsync(open({ background: undefined }), { code: 'ERR_ARGUMENT', message: /for background/ })
    await t.throwsAsync(open({ show: 'alpha' }), { code: 'ERR_ARGUMENT', message: /for background/ })
    await t.throwsAsync(open({ mattings: [] }), { code: 'ERR_ARGUMENT', message: /for mattings/ })
    await t.throwsAsync(open({ hold: 0 }), { code: 'ERR_ARGUMENT', message: /for hold/ })
    const controller = new AbortController()
    const live = await open({ signal: controller.signal })
    controller.abort()
    await t.throwsAsync(live.ended, { code: 'ERR_ABORTED' })
  }),
)
