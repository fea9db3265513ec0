/** Benches on the fake engine, in processes as a real one has them: figures, turns, and every way to end early. */

import { join } from 'node:path'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { benchPage, benchPicture, runBench, type BenchConfiguration, type BenchOptions } from '#dist/bench/index.js'
import { temporaryFolder } from '../native/addon.js'

const program = new URL('fake-program.js', import.meta.url)
const depth = { data: Float32Array.of(0, 1, 2, 3, 4, 5), width: 3, height: 2 }
const input = { data: new Uint8Array(3 * 6), width: 3, height: 2, channels: 3 } as const
const pixels = { input, depth, name: 'six pixels' }

function options(change: Partial<BenchOptions> = {}): BenchOptions {
  return { picture: pixels, warmup: 1, rounds: 2, extent: { pictures: 4 }, ...change }
}

function fake(settings: Readonly<Record<string, string>> = {}): BenchConfiguration {
  return { model: 'isnet', weights: JSON.stringify(settings) }
}

/** Of any of our threads. */
async function childrenGone(t: ExecutionContext): Promise<void> {
  const threads = await readdir('/proc/self/task')
  const children = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/children`, 'utf8')))
  t.is(children.join(''), '', 'no process is left')
}

test.serial('one configuration has its rate, latencies, stages, batches and memory', async (t) => {
  const done: number[] = []
  const report = await runBench(
    [{ ...fake({ 'core.delay_ms': '20' }), concurrency: 2 }],
    options({ onProgress: ({ done: rounds }) => done.push(rounds) }),
    program,
  )
  t.like(report, { picture: 'six pixels', warmup: 1, rounds: 2, ratio: undefined })
  t.deepEqual(done, [1, 2])
  const [one] = report.measured
  t.like(one, { pictures: 8, batch: 1, gpuBytes: 5e9, device: { reason: 'it is the fake' } })
  t.is(one!.configuration.inFlight, 2, 'as many as the engines take')
  const { throughput, latency, stages, peakRssBytes } = one!
  t.is(throughput.rounds.length, 2)
  t.true(throughput.median > 0 && throughput.median <= 100, `${throughput.median} of at most two in 20 ms`)
  t.true(latency.p50 >= 20 && latency.p50 <= latency.p90 && latency.p90 <= latency.p99)
  t.is(latency.percentiles.length, 101)
  t.deepEqual(Object.keys(stages), ['decode', 'queued', 'copyIn', 'pre', 'core', 'post', 'copyOut'])
  t.true(stages.core!.p50 >= 20 && stages.pre!.p50 < 20)
  t.true(peakRssBytes > 10e6)
  t.true(report.machine.cores >= 1)
  await childrenGone(t)
})

test.serial('of two the second is compared with the first, round by round', async (t) => {
  const both = [fake({ 'core.delay_ms': '10' }), fake({ 'core.delay_ms': '60' })]
  const report = await runBench(both, options(), program)
  t.is(report.ratio!.rounds.length, 2)
  t.true(report.ratio!.median < 0.6, `${report.ratio!.median}`)
  t.true(report.ratio!.least <= report.ratio!.median && report.ratio!.median <= report.ratio!.most)
  const page = benchPage(report)
  t.regex(page, /B gives 0\.\d+ times A/)
  t.regex(page, /<svg[^]*<svg/)
  t.notRegex(page, /<script|(src|href)=/, 'the page needs nothing else')
})

test.serial('a round of seconds goes on until they are over', async (t) => {
  const report = await runBench(
    [fake({ 'core.delay_ms': '5' })],
    options({ extent: { seconds: 0.3 }, rounds: 1 }),
    program,
  )
  const { pictures, throughput } = report.measured[0]!
  const seconds = pictures / throughput.median
  t.true(pictures >= 1 && seconds >= 0.3, `${pictures} in ${seconds} s`)
})

test.serial('what goes wrong there is said here, and no process is left', async (t) => {
  const failing = fake({ 'core.fail_at': 'enqueue', 'core.fail_nth': '2' })
  await t.throwsAsync(runBench([fake(), failing], options({ warmup: 0 }), program), { code: 'ERR_ENGINE_RUN' })
  const absent = { input: '/absent.jpg', depth, name: 'absent' }
  const missing = runBench([fake()], options({ picture: absent }), program)
  const error = await t.throwsAsync(missing, { code: 'ERR_INPUT_MISSING', message: /absent\.jpg/ })
  t.like(error, { remedy: 'Check the path', kind: 'input' })
  await childrenGone(t)
})

test.serial('a process that ends is an error of its own', async (t) => {
  const dying = join(await temporaryFolder(t), 'dying.mjs')
  await writeFile(dying, 'process.on("message", () => process.kill(process.pid, "SIGKILL"))')
  const ended = runBench([fake()], options(), pathToFileURL(dying))
  await t.throwsAsync(ended, { code: 'ERR_ENGINE_RUN', message: /ended with SIGKILL/ })
})

test.serial('an abort ends it soon, at whatever it is', async (t) => {
  for (const milliseconds of [1, 600]) {
    const controller = new AbortController()
    const long = options({ extent: { seconds: 600 }, signal: controller.signal })
    const running = runBench([fake({ 'core.delay_ms': '5' })], long, program)
    setTimeout(() => controller.abort(), milliseconds)
    await t.throwsAsync(running, { code: 'ERR_ABORTED' })
  }
  await childrenGone(t)
})

test('options that make no sense are refused before anything is started', async (t) => {
  const refused: [Partial<BenchOptions>, BenchConfiguration[], RegExp][] = [
    [{ rounds: 0 }, [fake()], /1 to 10000 for rounds/],
    [{ warmup: 1.5 }, [fake()], /for warmup/],
    [{ extent: { seconds: 0 } }, [fake()], /for seconds of a round/],
    [{ extent: { pictures: 0 } }, [fake()], /for pictures of a round/],
    [{}, [{ ...fake(), inFlight: 0 }], /for inFlight/],
    [{}, [], /one, or two/],
  ]
  for (const [change, configurations, message] of refused) {
    await t.throwsAsync(runBench(configurations, options(change), program), { code: 'ERR_ARGUMENT', message })
  }
})

test('a synthetic picture is the same each time, and of the size that was asked for', async (t) => {
  const size = { width: 300, height: 200 }
  const [one, again] = [await benchPicture(size, false), await benchPicture(size, false)]
  t.deepEqual(one, again)
  t.is(one.name, 'synthetic, 300×200')
  t.like(one.depth, { width: 300, height: 200 })
  t.true(new Set(one.depth.data).size > 50, 'and so is what stands in for its depth')
  const decoded = await benchPicture(size, true)
  t.like(decoded, { name: 'synthetic, 300×200, decoded before', input: { width: 300, height: 200, channels: 3 } })
  await t.throwsAsync(benchPicture({ width: 0, height: 5 }, false), { code: 'ERR_ARGUMENT', message: /for width/ })
  await t.throwsAsync(benchPicture({ width: 30_000, height: 30_000 }, false), {
    code: 'ERR_ARGUMENT',
    message: /pixels/,
  })
  await t.throwsAsync(benchPicture('absent.jpg', false), { code: 'ERR_INPUT_MISSING' })
})
