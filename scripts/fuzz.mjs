/**
 * `npm run fuzz -- [MINUTES] [SEED]`: reads damaged checkpoints and ONNX files for so long, by default an hour from a seed of the time.
 * Says every minute how it stands, and ends at the first that crashes, hangs or takes memory past the limit: that file
 * is left where the first line says.
 */

import { writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { runWhenMain } from './steps.mjs'

const minute = 60_000
/** Milliseconds of processor time for one file and of silence until it counts as a hang; resident bytes in all. */
const limits = { slowest: 5000, silence: minute, bytes: 768 * 2 ** 20 }

if (isMainThread) await runWhenMain(import.meta.url, main)
else watch(workerData)

async function main() {
  const [minutes, seed] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? Date.now() % 2 ** 31)]
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('usage: npm run fuzz -- [MINUTES] [SEED]')
  const { fuzz } = await import('../build/test/fuzz/fuzz.js')
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-trt-fuzz-'))
  console.log(`seed ${seed}, ${minutes} minutes, ${join(folder, 'damaged')}`)
  const counter = new Int32Array(new SharedArrayBuffer(4))
  new Worker(new URL(import.meta.url), { workerData: counter }).unref()

  const end = Date.now() + minutes * minute
  const sum = { rounds: 0, endings: {}, slowest: 0 }
  while (Date.now() < end) {
    const until = Math.min(end, Date.now() + minute)
    add(sum, await fuzz(folder, seed + sum.rounds, () => (Atomics.add(counter, 0, 1), Date.now() >= until)))
    const bytes = process.resourceUsage().maxRSS * 1024
    console.log(`${JSON.stringify(sum)}, peak ${Math.round(bytes / 2 ** 20)} MiB`)
    if (bytes > limits.bytes) throw new Error(`more memory than ${limits.bytes} bytes`)
    if (sum.slowest > limits.slowest) throw new Error(`a file took more than ${limits.slowest} ms`)
  }
  await rm(folder, { recursive: true })
}

function add(sum, { rounds, endings, slowest }) {
  sum.rounds += rounds
  sum.slowest = Math.max(sum.slowest, Math.round(slowest))
  for (const [ending, count] of Object.entries(endings)) sum.endings[ending] = (sum.endings[ending] ?? 0) + count
}

/** Ends the process when the counter stands still: its own thread could not. */
function watch(counter) {
  let before = -1
  setInterval(() => {
    const now = Atomics.load(counter, 0)
    if (now === before) {
      // Not through process.stderr, which a thread writes to by way of the one that hangs.
      writeSync(2, `a file took more than ${limits.silence} ms\n`)
      process.kill(process.pid, 'SIGKILL')
    }
    before = now
  }, limits.silence)
}
