/** Encoders and decoders of GPUs, and HEVC with alpha: taken where a tiny run shows that they work, refused by name. */

import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { matteVideo } from '#dist/video/index.js'
import { findPrograms } from '#dist/video/programs.js'
import { clipFolder, ffmpeg, probe, redMatting, samples, times } from './clips.js'

const clip = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=0.4', '-c:v', 'libx264', '-preset', 'ultrafast']

/** Programs beside the clips: as those on PATH, but for arguments that a shell's `case` changes or passes over. */
async function disguise(folder: string, cases: string): Promise<void> {
  const programs = await findPrograms()
  const script = `#!/bin/sh
if [ "$2" = -encoders ]; then echo ' V....D h264_nvenc fake'; exec ${programs.ffmpeg} "$@"; fi
n=$#
while [ $n -gt 0 ]; do
  a=$1; shift; n=$((n-1))
  case "$a" in ${cases} esac
  set -- "$@" "$a"
done
exec ${programs.ffmpeg} "$@"
`
  await writeFile(join(folder, 'ffmpeg'), script, { mode: 0o755 })
  await writeFile(join(folder, 'ffprobe'), `#!/bin/sh\nexec ${programs.ffprobe} "$@"\n`, { mode: 0o755 })
}

const skip = 'shift; n=$((n-1)); continue;;'

test.serial(
  'without a GPU its encoder and decoder are refused by name, and auto goes on in software and says why',
  async (t) => {
    const folder = await clipFolder(t)
    if (folder === undefined) return
    const at = (name: string): string => join(folder, name)
    await ffmpeg(...clip, at('in.mp4'))
    await disguise(folder, `h264_nvenc) a=no_such_encoder;; cuda) a=no_such_hwaccel;;`)
    const run = (options: object): ReturnType<typeof matteVideo> =>
      matteVideo(redMatting(), at('in.mp4'), at('out.mp4'), { background: 'white', ffmpeg: folder, ...options })
    const refused = { code: 'ERR_DEVICE_MISSING' }
    await t.throwsAsync(run({ encoder: 'nvenc' }), {
      ...refused,
      message: /NVENC does not work here: .*no_such_encoder/,
    })
    await t.throwsAsync(run({ decoder: 'cuda' }), { ...refused, message: /CUDA decoding does not work here: / })
    await t.throwsAsync(run({ encoder: 'gpu' }), { code: 'ERR_ARGUMENT' })
    const report = await run({ encoder: 'auto', decoder: 'auto' })
    t.like(report, { encoder: 'libx264', decoder: 'software', frames: 10 })
    t.true(report.notes.some((note) => /^encoded by libx264, not by NVENC: .*no_such_encoder/.test(note)))
    t.true(report.notes.some((note) => note.startsWith('decoded in software, not by CUDA: ')))
    const vp9 = matteVideo(redMatting(), at('in.mp4'), at('out.webm'), { encoder: 'nvenc', ffmpeg: folder })
    await t.throwsAsync(vp9, { ...refused, message: /does not encode vp9/ })
    t.false((await readdir(folder)).includes('out.webm'))
  },
)

test.serial('where the hardware works it is used, with arguments of its own, and the report says so', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg(...clip, at('in.mp4'))
  // Software in the hardware's place.
  const download = `hwdownload,*) a=null;; -hwaccel|-hwaccel_output_format) ${skip}`
  await disguise(folder, `h264_nvenc) a=libx264;; -rc|-cq|-preset) ${skip} ${download}`)
  const options = { background: 'white', ffmpeg: folder } as const
  for (const choice of [
    { encoder: 'nvenc', decoder: 'cuda' },
    { encoder: 'auto', decoder: 'auto' },
  ] as const) {
    const report = await matteVideo(redMatting(), at('in.mp4'), at('out.mp4'), { ...options, ...choice })
    t.like(report, { encoder: 'h264_nvenc', decoder: 'cuda', frames: 10 })
    t.deepEqual(await times(at('out.mp4')), await times(at('in.mp4')))
  }
})

test.serial('HEVC with alpha is written where alpha comes back, and refused by name where it does not', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg(...clip, at('in.mp4'))
  const write = (): ReturnType<typeof matteVideo> =>
    matteVideo(redMatting(), at('in.mp4'), at('out.mov'), { codec: 'hevc-alpha', ffmpeg: folder })
  // A build whose encoder drops alpha, as most do.
  await disguise(folder, `libx265) a=libx264;; -x265-params|-tag:v) ${skip}`)
  const error = await t.throwsAsync(write(), { code: 'ERR_OUTPUT_FORMAT', message: /libx265 of this ffmpeg lost it/ })
  t.regex((error as unknown as { remedy: string }).remedy, /prores or qtrle/)
  await disguise(folder, `libx265) a=no_such_encoder;;`)
  await t.throwsAsync(write(), { code: 'ERR_OUTPUT_FORMAT', message: /encodes none/ })
  // One that keeps it: another codec in its place.
  await disguise(folder, `libx265) a=prores_ks;; yuva420p) a=yuva444p10le;; -crf|-preset|-x265-params|-tag:v) ${skip}`)
  t.like(await write(), { codec: 'hevc-alpha', encoder: 'libx265', frames: 10 })
  t.regex(String((await probe(at('out.mov'))).pix_fmt), /^yuva/)
  t.is((await samples(at('out.mov'), 'rgba')).length, 10 * 160 * 120 * 4)
})
