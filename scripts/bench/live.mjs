/** How much of a live source comes through, how late, and what it costs the event loop: on the fake engine, 25 ms a frame. */

import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { spread, table } from './statistics.mjs'

const rounds = 3
const seconds = 15
const sizes = ['640x360', '1280x720', '1920x1080']
const program = fileURLToPath(new URL('live-run.mjs', import.meta.url))

export async function bench() {
  const load = loadavg()[0].toFixed(1)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const clips = {}
    for (const size of sizes) {
      const source = [
        '-f',
        'lavfi',
        '-i',
        `testsrc2=s=${size}:r=60:d=${seconds}`,
        '-f',
        'lavfi',
        '-i',
        `sine=d=${seconds}`,
      ]
      const encoder = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
      clips[size] = join(folder, `${size}.mp4`)
      await run('ffmpeg', ['-v', 'error', ...source, ...encoder, clips[size]])
    }
    const runs = Object.fromEntries(sizes.map((size) => [size, []]))
    for (let round = 0; round < rounds; round++) {
      for (const size of sizes) {
        const args = ['--conditions=pdfnet-test', program, clips[size], join(folder, 'out.ts')]
        runs[size].push(JSON.parse(await run(process.execPath, args)))
      }
    }
    return report(load, runs)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function report(load, runs) {
  const row = (title, name, digits) => [
    title,
    ...sizes.map((size) =>
      spread(
        runs[size].map((one) => one[name]),
        digits,
      ),
    ),
  ]
  return [
    `H.264 and AAC of ${seconds} s and 60 frames/s, read at its own rate, sent as H.264 and AAC in MPEG-TS over a colour;`,
    `one instance, batch 1: 40 frames/s at most. Load average at the start ${load}; ${rounds} rounds; median`,
    '(lowest–highest); without the first 1.5 s, but for latencies.',
    '',
    table([
      ['', ...sizes.map((size) => size.replace('x', '×'))],
      row('frames that came: frames/s', 'arrived', 1),
      row('frames that were sent: frames/s', 'written', 1),
      row('capture to encoder, p50: ms', 'p50', 0),
      row('capture to encoder, p99: ms', 'p99', 0),
      row('event-loop delay, p99, above an idle loop: ms', 'delay', 1),
    ]),
  ].join('\n')
}
