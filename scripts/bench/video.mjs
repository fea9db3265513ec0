/** How fast a 1080p video goes from file to file, beside its slowest stage alone: on the fake engine, 4 ms a frame. */

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

const rounds = 3
const frames = 120
const engine = 250
const program = fileURLToPath(new URL('video-run.mjs', import.meta.url))

export async function bench() {
  const load = loadavg()[0].toFixed(1)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const clip = await makeClip(join(folder, 'clip.mp4'), '1920x1080', frames / 30)
    const ran = []
    for (let round = 0; round < rounds; round++) ran.push(await once('rates', clip, folder))
    const short = await makeClip(join(folder, 'short.mp4'), '320x180', 20)
    const long = join(folder, 'long-in.mp4')
    // 600 frames, 34 times: beyond 20,000.
    await run('ffmpeg', ['-v', 'error', '-stream_loop', '33', '-i', short, '-c', 'copy', long])
    const { frames: many, early, late } = await once('memory', long, folder)
    return [
      `${frames} frames of 1920×1080, H.264; load average at the start ${load}; ${rounds} rounds; median (lowest–highest).`,
      'Stages alone run over the same pipes with the same pixels; they share the cores when they run together, which the',
      'last row but one says: the rate at which all cores would be busy with what file to file takes of them.',
      '',
      table([
        ['frames/s', 'H.264 over a colour', 'qtrle with alpha'],
        ['decoding alone', spread(of(ran, 'decode', 'rate'), 1), 'the same'],
        row('encoding alone', ran, (kind) => spread(of(ran, `${kind}Encode`, 'rate'), 1)),
        row('file to file', ran, (kind) => spread(of(ran, kind, 'rate'), 1)),
        row('of the slowest stage alone', ran, (kind) =>
          percent(median(ran.map((one) => one[kind].rate / slowest(one, kind)))),
        ),
        row('all cores busy', ran, (kind) =>
          spread(
            ran.map((one) => coreRate(one[kind])),
            1,
          ),
        ),
        row('of the least of these', ran, (kind) =>
          percent(median(ran.map((one) => one[kind].rate / bound(one, kind)))),
        ),
        row('memory of our process beyond that before: MB', ran, (kind) => spread(of(ran, kind, 'memory'), 0)),
      ]),
      '',
      `${many.toLocaleString('en')} frames of 320×180: ${early.toFixed(1)} MB after gc() in the second tenth, ` +
        `${late.toFixed(1)} MB in the last one, ${(late - early).toFixed(1)} MB more (at most 8 is wanted).`,
    ].join('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function makeClip(path, size, seconds) {
  const source = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=30:d=${seconds}`]
  await run('ffmpeg', ['-v', 'error', ...source, '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', path])
  return path
}

async function once(mode, clip, folder) {
  const flags = ['--conditions=pdfnet-test', '--expose-gc']
  return JSON.parse(await run(process.execPath, [...flags, program, mode, clip, folder]))
}

const of = (ran, stage, what) => ran.map((one) => one[stage][what])
const row = (name, ran, cell) => [name, cell('composite'), cell('qtrle')]
const percent = (share) => `${(100 * share).toFixed(0)} %`
const slowest = (one, kind) => Math.min(engine, one.decode.rate, one[`${kind}Encode`].rate)
const coreRate = ({ cpu }) => (1000 * availableParallelism()) / cpu
const bound = (one, kind) => Math.min(slowest(one, kind), coreRate(one[kind]))
