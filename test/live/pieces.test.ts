/** Addresses, secrets, clocks and waits of live video, each alone. */

import test from 'ava'
import { BackOff } from '#dist/live/back-off.js'
import { checkLiveAddresses } from '#dist/live/index.js'
import { Latency } from '#dist/live/latency.js'
import { NewestFrames, type LiveFrame } from '#dist/live/newest.js'
import { Pace } from '#dist/live/pace.js'
import { Secrets } from '#dist/live/secrets.js'
import { SourceClock } from '#dist/live/source-clock.js'
import { Timeline } from '#dist/live/timeline.js'

test('protocols that could open other files or hosts are refused by name', (t) => {
  const refused = [
    ...['concat:/etc/passwd|/etc/hosts', 'subfile,,start,0,end,9,,:/etc/passwd', 'data:video/mp4;base64,AAAA'],
    ...['file:///etc/passwd', 'pipe:0', 'tcp://host:1', 'udp://239.0.0.1:1', 'rtp://host:1', 'ftp://host/clip.mp4'],
    ...['gopher://host/', 'unix:/run/socket', 'cache:http://host/', 'crypto:clip.mp4', 'async:clip.mp4', 'rtmpt://h/a'],
    ...['hls+http://host/list.m3u8', 'lavfi:testsrc', 'tee:a|b', 'RTP://host:1', 'ipfs://x', 'zmq:tcp://host'],
  ]
  for (const input of refused) {
    const scheme = /^[a-z0-9+.-]+/i.exec(input)![0].toLowerCase()
    const error = t.throws(() => checkLiveAddresses(input, 'out.ts'), { code: 'ERR_INPUT_REFUSED' }, input)
    t.true(error.message.endsWith(`${scheme} is refused`), error.message)
    t.throws(() => checkLiveAddresses('rtsp://host/1', input), { code: 'ERR_OUTPUT_FORMAT' }, input)
  }
})

test('HTTP is read only where that is allowed, and never written', (t) => {
  for (const address of ['http://host/list.m3u8', 'https://host/clip.mp4']) {
    t.throws(() => checkLiveAddresses(address, 'out.ts'), { code: 'ERR_INPUT_REFUSED' })
    t.notThrows(() => checkLiveAddresses(address, 'out.ts', true))
    t.throws(() => checkLiveAddresses('rtsp://host/1', address, true), { code: 'ERR_OUTPUT_FORMAT' })
  }
})

test('each scheme may open its own protocols and no file', (t) => {
  for (const address of ['rtsp://h/1', 'srt://h:1', 'rtmp://h/a/b', 'rtmps://h/a/b', 'https://h/x.m3u8']) {
    const { input } = checkLiveAddresses(address, 'out.ts', true)
    const protocols = input.arguments[input.arguments.indexOf('-protocol_whitelist') + 1]!.split(',')
    t.false(
      protocols.some((one) => ['file', 'data', 'concat', 'crypto', 'pipe', 'subfile'].includes(one)),
      address,
    )
    t.true(input.arguments.includes('-format_whitelist'))
  }
})

test('addresses that are none are said to be', (t) => {
  for (const input of ['', 'rtsp://', 'rtmp://host/app live=1', 'srt:9000', 'rtsp://h\n', 'x'.repeat(3000), 7]) {
    t.throws(() => checkLiveAddresses(input as string, 'out.ts'), { code: 'ERR_ARGUMENT' }, String(input))
  }
  t.throws(() => checkLiveAddresses('clip.ts', './clip.ts'), { code: 'ERR_OUTPUT_CLASH' })
  t.throws(() => checkLiveAddresses('clip.ts', 'out.mp4'), { code: 'ERR_OUTPUT_FORMAT' })
})

test('passwords, stream keys and queries are masked wherever they are said', (t) => {
  const camera = new Secrets('rtsp://me:p%40ss@camera:554/one')
  t.is(camera.masked, 'rtsp://***@camera:554/one')
  t.is(camera.hide('open rtsp://me:p%40ss@camera:554/one: 401 for p@ss'), `open ${camera.masked}: 401 for ***`)
  const key = new Secrets('rtmp://host/live/abc-123?auth=t0ken')
  t.is(key.masked, 'rtmp://host/live/***?***')
  t.is(key.hide('abc-123 t0ken'), '*** ***')
  const srt = new Secrets('srt://host:9000?passphrase=very-secret&mode=caller')
  t.is(srt.masked, 'srt://host:9000?***')
  t.false(srt.hide('the passphrase very-secret is wrong').includes('very-secret'))
})

test('waits double up to half a minute, vary, and begin anew after a connection that held', (t) => {
  const longest = new BackOff(() => 1)
  const waits = Array.from({ length: 9 }, () => longest.next(100))
  t.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  t.is(longest.next(60_000), 500)
  t.is(new BackOff(() => 0).next(0), 250)
})

test('a frame was captured when the quickest one says, also while clocks drift apart', (t) => {
  const clock = new SourceClock()
  t.is(clock.captured(0, 1000), 1000)
  t.is(clock.captured(40, 1030), 1030)
  t.is(clock.captured(80, 1170), 1070, 'it was 100 ms late')
  let late = 0
  const drifting = new SourceClock()
  for (let frame = 0; frame < 100_000; frame++) {
    const now = frame * 40 * 1.0001
    late = now - drifting.captured(frame * 40, now)
  }
  t.true(late < 5, `${late} ms`)
})

test('timestamps that stand still, or run away from the clock, are seen to have jumped; a pause and a burst have not', (t) => {
  const jumped = (...frames: readonly (readonly [time: number, now: number])[]): boolean => {
    const clock = new SourceClock()
    for (const [time, now] of frames) clock.captured(time, now)
    return clock.hasJumped
  }
  const steady = Array.from({ length: 20 }, (_, frame) => [40 * frame, 40 * frame] as const)
  t.false(jumped(...steady))
  t.true(jumped(...steady, ...steady.map(([, now]) => [760, 800 + now] as const)))
  t.true(jumped(...steady, [3_600_000, 800]))
  t.false(jumped(...steady, [60_000, 60_000]), 'the source paused')
  t.false(jumped(...steady, ...steady.map(([time]) => [800 + time, 9000] as const)), 'the network did')
})

test('connections follow one another on one line, and early sound waits for its first frame', (t) => {
  const sounds: number[] = []
  const line = new Timeline((_, at) => sounds.push(at))
  const samples = Buffer.alloc(4)
  line.sound(samples, 20_000)
  t.deepEqual(sounds, [])
  t.is(line.frame(5000, 1_000_000), 1_000_000)
  t.deepEqual(sounds, [1_015_000])
  t.is(line.frame(45_000, 1_100_000), 1_040_000)
  line.restart()
  t.is(line.frame(0, 9_000_000), 9_000_000)
  line.sound(samples, 10_000)
  t.is(sounds.at(-1), 9_010_000)
  t.is(line.frame(-500_000, 9_001_000), 9_000_001, 'never back')
  line.frame(2_000_000, 9_001_000)
  line.restart()
  t.is(line.frame(0, 9_500_000), 11_000_001, 'a connection that began with what was kept')
  line.sound(samples, 0)
  t.is(sounds.at(-1), 11_000_001, 'light and sound stay together')
})

const atOnce = { wait: 0 }

test('the newest frame is taken where the one before is late, and two that came together are both taken', async (t) => {
  const dropped: number[] = []
  const newest = new NewestFrames(30, ({ timestamp }) => dropped.push(timestamp))
  const frame = (timestamp: number, age: number): LiveFrame => {
    const shape = { width: 1, height: 1, format: 'i420', data: new Uint8Array(3) } as const
    return { ...shape, timestamp, captured: performance.now() - age }
  }
  let goesOn = true
  const taken = newest.take(() => goesOn, atOnce)
  const next = async (): Promise<number | undefined> => (await taken.next()).value?.timestamp
  newest.offer(frame(0, 5))
  newest.offer(frame(1, 5))
  t.deepEqual([await next(), await next(), dropped], [0, 1, []])
  newest.offer(frame(2, 50))
  newest.offer(frame(3, 20))
  t.is(await next(), 3)
  t.deepEqual(dropped, [2])
  for (const timestamp of [4, 5, 6]) newest.offer(frame(timestamp, 0))
  t.deepEqual(dropped, [2, 4])
  const waiting = next()
  t.is(await waiting, 5)
  goesOn = false
  t.is(await next(), undefined)
  const others = newest.take(() => true, atOnce)
  newest.end()
  t.is((await others.next()).value?.timestamp, 6, 'what is left is for the next who takes')
  t.true(newest.isOver)
  newest.offer(frame(7, 0))
  t.is(dropped.at(-1), 7)
})

test('a frame is waited for while the engines are busy anyway, but not once all has ended', async (t) => {
  const newest = new NewestFrames(0, () => undefined)
  const shape = { width: 1, height: 1, format: 'i420', captured: 0 } as const
  const offer = (timestamp: number): void => newest.offer({ ...shape, timestamp, data: new Uint8Array(3) })
  const taken = newest.take(() => true, { wait: 60 })
  const next = async (): Promise<number | undefined> => (await taken.next()).value?.timestamp
  offer(0)
  t.is(await next(), 0)
  offer(1)
  const [began, second] = [performance.now(), next()]
  setTimeout(() => offer(2), 20)
  t.is(await second, 2)
  t.true(performance.now() - began >= 50)
  newest.end()
  t.is(await next(), undefined)
})

/** Frames through one engine, each taken when the pace says after the one before began. @returns ms between ends */
function paced(pace: Pace, frames: number, work: () => number): { readonly period: number; readonly waits: number[] } {
  const waits: number[] = []
  let free = 0
  let ended = 0
  let place = 0
  for (let frame = 0; frame < frames; frame++) {
    const taken = place + pace.wait
    const [begins, core] = [Math.max(taken, free), work()]
    waits.push(begins - taken)
    // There is a place as soon as the one before came out, which is when this one begins, at the soonest.
    place = free
    ended = free = begins + core
    const timings = { queued: begins - taken, copyIn: 0, pre: 0, core, post: 0, copyOut: 0 }
    pace.came({ timings, computedAt: ended }, ended)
  }
  return { period: ended / frames, waits: waits.slice(frames / 2) }
}

test('frames are taken as late as keeps the engine busy, whatever its work takes', (t) => {
  let seed = 1
  const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
  for (const work of [8, 25, 2000]) {
    const jitter = (): number => work * (0.97 + 0.06 * random())
    const { period, waits } = paced(new Pace(), 1000, jitter)
    t.true(period < 1.02 * work, `${period} of ${work} ms`)
    t.true(mean(waits) < 3.5 + 0.12 * work, `${mean(waits)} of ${work} ms`)
  }
  const uneven = paced(new Pace(), 1000, () => (random() < 0.1 ? 250 : 20))
  t.true(uneven.period < 1.05 * 43, `${uneven.period} ms`)
  const pace = new Pace()
  paced(pace, 200, () => 40)
  t.true(pace.wait > 30)
  t.true(paced(pace, 200, () => 10).period < 11, 'it became quicker')
})

test('percentiles are those of the latest frames', (t) => {
  const latency = new Latency()
  t.deepEqual(latency.percentiles, { p50: undefined, p99: undefined })
  for (let value = 1; value <= 100; value++) latency.add(value)
  t.deepEqual(latency.percentiles, { p50: 50, p99: 99 })
  for (let frame = 0; frame < 2048; frame++) latency.add(7)
  t.deepEqual(latency.percentiles, { p50: 7, p99: 7 })
})
