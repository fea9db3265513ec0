/** How fast a 1080p video goes from file to file, and what of that is ffmpeg's own: on the fake engine, 4 ms a frame. */

import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { spread, table } from './statistics.mjs'

const rounds = 3
const frames = 120
const program = fileURLToPath(new URL('video-run.mjs', import.meta.url))

export async function bench() {
  const load = loadavg()[0].toFixed(1)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const clip = join(folder, 'clip.mp4')
    const source = ['-f', 'lavfi', '-i', `testsrc2=s=1920x1080:r=30:d=${frames / 30}`]
    const encoder = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
    await run('ffmpeg', ['-v', 'error', ...source, ...encoder, clip])
    const rates = { decode: [], composite: [], qtrle: [], memory: [] }
    for (let round = 0; round < rounds; round++) {
      rates.decode.push(await decodeRate(clip))
      const ran = JSON.parse(await run(process.execPath, ['--conditions=pdfnet-test', program, clip, folder]))
      for (const name of ['composite', 'qtrle', 'memory']) rates[name].push(ran[name])
    }
    return [
      `${frames} frames of 1920×1080, H.264; load average at the start ${load}; ${rounds} rounds; median (lowest–highest).`,
      '',
      table([
        ['', 'measured'],
        ['ffmpeg alone, decoding to RGB: frames/s', spread(rates.decode, 0)],
        ['file to file, H.264 over a colour: frames/s', spread(rates.composite, 1)],
        ['file to file, qtrle with alpha: frames/s', spread(rates.qtrle, 1)],
        ['memory of our process beyond that before the first frame: MB', spread(rates.memory, 0)],
      ]),
    ].join('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function decodeRate(clip) {
  const began = performance.now()
  await run('ffmpeg', ['-v', 'error', '-i', clip, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-y', '/dev/null'])
  return (frames * 1000) / (performance.now() - began)
}
