/** Videos in segments: an interrupted job goes on, and its file is that of a job that was not interrupted. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { matteVideo, type VideoOptions, type VideoReport } from '#dist/video/index.js'
import type { ChainItem, ChainResult } from '#dist/runtime/index.js'
import { RedChain } from '../matting/red-chain.js'
import { findPrograms } from '#dist/video/programs.js'
import { clipFolder, ffmpeg, probe, redMatting, samples, soundOf, times } from './clips.js'

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const pattern = (seconds: number): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=64x64:r=10:d=${seconds}`]
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=d=${seconds}`]

function withClips(body: (t: ExecutionContext, at: (name: string) => string) => Promise<void>) {
  return async (t: ExecutionContext): Promise<void> => {
    const folder = await clipFolder(t)
    if (folder !== undefined) await body(t, (name) => join(folder, name))
  }
}

/** Aborts once so many frames are matted: a few less of them are written. */
class AbortingChain extends RedChain {
  readonly controller = new AbortController()
  private matted = 0

  constructor(private readonly frames: number) {
    super()
  }

  override run(items: readonly ChainItem[], signal?: AbortSignal): Promise<readonly ChainResult[]> {
    this.matted += items.length
    if (this.matted >= this.frames) this.controller.abort()
    return super.run(items, signal)
  }
}

async function interrupted(
  t: ExecutionContext,
  input: string,
  output: string,
  frames: number,
  options: VideoOptions = {},
): Promise<void> {
  const chain = new AbortingChain(frames)
  const { signal } = chain.controller
  const running = matteVideo(redMatting(chain), input, output, { ...options, resume: true, signal })
  await t.throwsAsync(running, { code: 'ERR_ABORTED' })
}

/** Goes on, and counts the frames that it matted. */
async function resumed(
  input: string,
  output: string,
  options: VideoOptions = {},
): Promise<{ readonly report: VideoReport; readonly matted: number }> {
  const chain = new RedChain()
  const report = await matteVideo(redMatting(chain), input, output, { ...options, resume: true })
  return { report, matted: chain.batches.reduce((sum, size) => sum + size, 0) }
}

const kinds: readonly (readonly [string, VideoOptions, string])[] = [
  ['out.webm', {}, 'libvpx-vp9'],
  ['out.mov', {}, 'prores'],
  ['lossless.mov', { codec: 'qtrle' }, 'qtrle'],
  ['out.mkv', {}, 'ffv1'],
  ['out.mp4', { background: 'green' }, 'h264'],
  ['composite.mkv', { background: 'green', codec: 'h264' }, 'h264'],
  ['h265.mp4', { background: 'green', codec: 'h265' }, 'hevc'],
  ['av1.mp4', { background: 'green', codec: 'av1' }, 'libdav1d'],
]

for (const [name, options, decoder] of kinds) {
  test.serial(
    `an interrupted job ends as one that was not: ${name}`,
    withClips(async (t, at) => {
      // Frames of uneven times, the first of them after the sound's beginning.
      const vary = [
        '-vf',
        "setpts='(N+0.4*sin(N))/10/TB+0.3/TB'",
        '-fps_mode',
        'passthrough',
        '-enc_time_base',
        '1:90000',
      ]
      const sound = ['-map', '0:v', '-map', '1:a', '-c:a', 'aac', '-video_track_timescale', '90000']
      await ffmpeg(...pattern(12), ...tone(12), ...vary, ...x264, ...sound, at('in.mp4'))
      await interrupted(t, at('in.mp4'), at(name), 65, options)
      const segments = (await readdir(`${at(name)}.segments`)).sort()
      const done = 50 * segments.filter((file) => /^\d{6}\.\w+$/.test(file)).length
      t.regex(segments[0]!, /^000001\.(webm|mov|mkv|mp4)$/)
      t.false((await readdir(at('.'))).includes(name))
      t.true((await times(join(`${at(name)}.segments`, segments[0]!))).length >= 50, 'what is finished plays')
      const { report, matted } = await resumed(at('in.mp4'), at(name), options)
      t.is(report.frames, 120)
      t.is(matted, 120 - done, 'whole segments are not matted again')
      t.true(report.notes.some((note) => note.includes(`first ${done} frames`)))
      t.false((await readdir(at('.'))).some((file) => file.endsWith('.segments')))

      const straight = `straight-${name}`
      await matteVideo(redMatting(), at('in.mp4'), at(straight), options)
      t.deepEqual(await times(at(name)), await times(at(straight)))
      t.is(await soundOf(at(name)), await soundOf(at(straight)))
      const one = await probe(at(name))
      const other = await probe(at(straight))
      for (const key of [
        'codec_name',
        'pix_fmt',
        'width',
        'height',
        'sample_aspect_ratio',
        'time_base',
        'color_space',
      ]) {
        t.is(one[key], other[key], key)
      }
      const pixels = (file: string): Promise<Buffer> => samples(at(file), 'rgba', '-c:v', decoder)
      const [joined, whole] = [await pixels(name), await pixels(straight)]
      t.is(joined.length, whole.length)
      const isLossless = ['qtrle', 'ffv1', 'prores'].includes(decoder)
      if (isLossless) t.true(joined.equals(whole), 'each frame is the same')
    }),
  )
}

test.serial(
  'with smoothing and depth at a cadence, a job that was interrupted gives the frames and figures of one that was not',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(12), ...x264, at('in.mp4'))
    const options = { smooth: true, depthEvery: 7 }
    await interrupted(t, at('in.mp4'), at('one.mkv'), 70, options)
    const { report } = await resumed(at('in.mp4'), at('one.mkv'), options)
    const straight = await resumed(at('in.mp4'), at('other.mkv'), options)
    t.is(straight.matted, 120)
    t.deepEqual(report.flicker, straight.report.flicker)
    t.is(report.cuts, straight.report.cuts)
    t.true((await samples(at('one.mkv'), 'rgba')).equals(await samples(at('other.mkv'), 'rgba')))
  }),
)

test.serial(
  'a job that is killed goes on after its last whole segment',
  withClips(async (t, at) => {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=20', ...x264, at('in.mp4'))
    const script = join(import.meta.dirname, 'endless.js')
    const args = ['--conditions=pdfnet-test', script, at('in.mp4'), at('out.mkv'), '{"resume":true}']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { report, matted } = await resumed(at('in.mp4'), at('out.mkv'))
    t.is(report.frames, 500)
    t.true(matted < 500 && matted % 125 === 0, `${matted} frames`)
    t.is((await times(at('out.mkv'))).length, 500)
  }),
)

test.serial(
  'segments that are damaged are made again, with those after them; torn lines and leftovers do no harm',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(16), ...x264, at('in.mp4'))
    const folder = `${at('out.mkv')}.segments`
    await interrupted(t, at('in.mp4'), at('out.mkv'), 120)
    await truncate(join(folder, '000002.mkv'), 100)
    await writeFile(join(folder, '000003.partial.mkv'), 'torn')
    await appendFile(join(folder, 'manifest.jsonl'), '{"frames":5')
    const { report, matted } = await resumed(at('in.mp4'), at('out.mkv'))
    t.is(report.frames, 160)
    t.is(matted, 110)
    t.is((await times(at('out.mkv'))).length, 160)
    t.deepEqual((await readdir(at('.'))).sort(), ['in.mp4', 'out.mkv'])
  }),
)

test.serial(
  'another input, model or options begin anew, and the report says so',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(7), ...x264, at('in.mp4'))
    const anew = async (what: RegExp, options: VideoOptions, fingerprint = ''): Promise<void> => {
      const chain = new RedChain()
      const matting = { ...redMatting(chain), fingerprint }
      const { notes } = await matteVideo(matting, at('in.mp4'), at('out.mkv'), { ...options, resume: true })
      t.true(
        notes.some((note) => what.test(note)),
        notes.join('; '),
      )
      t.is(
        chain.batches.reduce((sum, size) => sum + size, 0),
        70,
      )
    }
    await interrupted(t, at('in.mp4'), at('out.mkv'), 55)
    await anew(/the options have changed/, { show: 'alpha' })
    await interrupted(t, at('in.mp4'), at('out.mkv'), 55)
    await anew(/the model has changed/, {}, 'another')
    await interrupted(t, at('in.mp4'), at('out.mkv'), 55)
    await utimes(at('in.mp4'), 1, 1)
    await anew(/the input has changed/, {})
  }),
)

test.serial(
  'a job whose segments are all whole is only joined',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(7), ...x264, at('in.mp4'))
    const { ffmpeg: program, ffprobe } = await findPrograms()
    const failing = ['#!/bin/sh', 'case "$*" in *list.ffconcat*) exit 1;; esac', `exec ${program} "$@"`]
    await writeFile(at('ffmpeg'), failing.join('\n'), { mode: 0o755 })
    await writeFile(at('ffprobe'), `#!/bin/sh\nexec ${ffprobe} "$@"\n`, { mode: 0o755 })
    const options = { resume: true, ffmpeg: at('.') }
    const joining = matteVideo(redMatting(), at('in.mp4'), at('out.mkv'), options)
    await t.throwsAsync(joining, { code: 'ERR_OUTPUT_WRITE', message: /joined/ })
    const { report, matted } = await resumed(at('in.mp4'), at('out.mkv'))
    t.is(matted, 0)
    t.is(report.frames, 70)
    t.is((await times(at('out.mkv'))).length, 70)
  }),
)

test.serial(
  'what cannot be joined and folders of somebody else are refused before any work',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(1), ...x264, at('in.mp4'))
    const run = (name: string): Promise<unknown> => resumed(at('in.mp4'), at(name))
    await t.throwsAsync(run('out.apng'), { code: 'ERR_OUTPUT_FORMAT', message: /apng cannot be written in segments/ })
    await t.throwsAsync(run('pictures/'), { code: 'ERR_OUTPUT_FORMAT' })
    await mkdir(`${at('out.mkv')}.segments`)
    await writeFile(join(`${at('out.mkv')}.segments`, 'diary.txt'), 'mine')
    await t.throwsAsync(run('out.mkv'), { code: 'ERR_OUTPUT_CLASH', message: /diary/ })
    t.is(await readFile(join(`${at('out.mkv')}.segments`, 'diary.txt'), 'utf8'), 'mine')
    await t.throwsAsync(matteVideo(redMatting(), 'a', 'b.mkv', { resume: 1 as never }), { code: 'ERR_ARGUMENT' })
  }),
)
