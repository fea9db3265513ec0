/** Video files in and out: frames, times, sound, sizes and alpha are what they were or were computed to be. */

import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import sharp from 'sharp'
import { matteVideo } from '#dist/video/index.js'
import { RedChain } from '../matting/red-chain.js'
import { clipFolder, ffmpeg, meanDifference, probe, redMatting, samples, soundOf, times } from './clips.js'

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const pattern = (size: string, seconds = 1): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`]
const tone = ['-f', 'lavfi', '-i', 'sine=d=1']

/** Runs the body with a folder, where there is ffmpeg. */
function withClips(body: (t: ExecutionContext, at: (name: string) => string) => Promise<void>) {
  return async (t: ExecutionContext): Promise<void> => {
    const folder = await clipFolder(t)
    if (folder !== undefined) await body(t, (name) => join(folder, name))
  }
}

/** The alphas of a file, and the reds of its colours where those are exact. */
async function alphas(path: string, ...before: readonly string[]): Promise<{ alpha: Uint8Array; red: Uint8Array }> {
  const rgba = await samples(path, 'rgba', ...before)
  const every = (offset: number): Uint8Array =>
    Uint8Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i + offset]!)
  return { alpha: every(3), red: every(0) }
}

test.serial(
  'FFV1 and qtrle give back every alpha exactly, of an odd size, with frames, times and sound as they were',
  withClips(async (t, at) => {
    const input = at('in.mkv')
    const odd = ['-f', 'lavfi', '-i', 'testsrc=s=51x37:r=25:d=1']
    await ffmpeg(...odd, ...tone, '-c:v', 'ffv1', '-pix_fmt', 'yuv444p', '-c:a', 'flac', input)
    for (const [name, codec] of [
      ['out.mkv', 'ffv1'],
      ['out.mov', 'qtrle'],
    ] as const) {
      const report = await matteVideo(redMatting(), input, at(name), { codec })
      t.like(report, { frames: 25, width: 51, height: 37, codec, damage: [] })
      const { alpha, red } = await alphas(at(name))
      t.is(alpha.length, 25 * 51 * 37)
      t.true(Buffer.from(alpha).equals(Buffer.from(red)), 'each alpha is the red of its own frame')
      t.deepEqual(await times(at(name)), await times(input))
    }
    t.is(await soundOf(at('out.mkv')), await soundOf(input))
  }),
)

test.serial(
  'ProRes 4444 and VP9 give back alphas within 1 and 2 of 255 on average',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('160x120'), ...tone, ...x264, '-c:a', 'aac', at('in.mp4'))
    const run = (name: string): Promise<unknown> => matteVideo(redMatting(), at('in.mp4'), at(name))
    for (const name of ['out.mkv', 'out.mov', 'out.webm']) await run(name)
    const { alpha } = await alphas(at('out.mkv'))
    const prores = await alphas(at('out.mov'))
    const vp9 = await alphas(at('out.webm'), '-c:v', 'libvpx-vp9')
    const apart = [meanDifference(alpha, prores.alpha), meanDifference(alpha, vp9.alpha)]
    t.log(`mean |Δα|: ProRes ${apart[0]!.toFixed(3)}, VP9 ${apart[1]!.toFixed(3)} of 255`)
    t.true(apart[0]! <= 1)
    t.true(apart[1]! <= 2)
    t.is(await soundOf(at('out.mov')), await soundOf(at('in.mp4')), 'the sound is the same packets')
    t.like(await probe(at('out.mov')), { pix_fmt: 'yuva444p12le', color_space: 'smpte170m' }, 'as ffmpeg reads it')
  }),
)

test.serial(
  'variable frame times stay what they were, in files of milliseconds too',
  withClips(async (t, at) => {
    const vary = ['-vf', "setpts='N*N*0.7/25/TB+0.2/TB'", '-fps_mode', 'passthrough', '-enc_time_base', '1:90000']
    await ffmpeg(...pattern('64x48'), ...vary, ...x264, '-video_track_timescale', '90000', at('in.mp4'))
    const wanted = await times(at('in.mp4'))
    for (const [name, apart] of [
      ['out.mov', 1e-6],
      ['out.webm', 0.0011],
      ['out.mp4', 1e-6],
    ] as const) {
      const background = name === 'out.mp4' ? 'white' : undefined
      await matteVideo(redMatting(), at('in.mp4'), at(name), { background })
      const got = await times(at(name))
      t.is(got.length, 25)
      // A file without sound begins with its first frame.
      got.forEach((time, index) => {
        const since = time - got[0]! - (wanted[index]! - wanted[0]!)
        t.true(Math.abs(since) <= apart, `${name}, frame ${index}: ${since} s`)
      })
    }
  }),
)

test.serial(
  'sound that begins before the picture keeps its distance',
  withClips(async (t, at) => {
    const late = ['-itsoffset', '0.4', ...pattern('64x48'), ...tone, '-map', '0:v', '-map', '1:a']
    await ffmpeg(...late, ...x264, '-c:a', 'aac', at('in.mkv'))
    await matteVideo(redMatting(), at('in.mkv'), at('out.mkv'))
    t.deepEqual(await times(at('out.mkv')), await times(at('in.mkv')))
  }),
)

test.serial(
  'a rotated video comes upright, and its pixels keep their shape',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('64x48'), ...x264, '-vf', 'setsar=4/3', at('plain.mp4'))
    await ffmpeg('-i', at('plain.mp4'), '-c', 'copy', '-metadata:s:v:0', 'rotate=90', at('in.mp4'))
    t.like(await matteVideo(redMatting(), at('in.mp4'), at('out.mkv')), { width: 48, height: 64, frames: 25 })
    const found = await probe(at('out.mkv'))
    t.like(found, { width: 48, height: 64, sample_aspect_ratio: '3:4' })
    t.is(found.side_data_list, undefined, 'it is not turned twice')
    const upright = await samples(at('in.mp4'), 'gray')
    t.true(meanDifference(upright, await samples(at('out.mkv'), 'gray')) < 2)
  }),
)

test.serial(
  'ten bits and interlaced frames keep their count, times and sound, and the report says what became of them',
  withClips(async (t, at) => {
    const tenBits = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le']
    await ffmpeg(...pattern('64x48'), ...tone, ...tenBits, '-c:a', 'flac', at('ten.mkv'))
    const ten = await matteVideo(redMatting(), at('ten.mkv'), at('out.mkv'))
    t.is(ten.frames, 25)
    t.deepEqual(await times(at('out.mkv')), await times(at('ten.mkv')))
    t.is(await soundOf(at('out.mkv')), await soundOf(at('ten.mkv')))
    t.true(ten.notes.some((note) => note.includes('10 bits')))
    const interlace = ['-vf', 'interlace,setfield=tff', '-flags', '+ilme+ildct', '-c:v', 'mpeg2video', '-top', '1']
    await ffmpeg(...pattern('64x48', 2), ...tone, ...interlace, '-c:a', 'flac', at('fields.mkv'))
    const fields = await matteVideo(redMatting(), at('fields.mkv'), at('out.mkv'), { codec: 'ffv1' })
    t.deepEqual(await times(at('out.mkv')), await times(at('fields.mkv')))
    t.is(await soundOf(at('out.mkv')), await soundOf(at('fields.mkv')))
    t.true(fields.notes.some((note) => note.includes('deinterlaced')))
  }),
)

test.serial(
  'opaque codecs take odd sizes too, and say how',
  withClips(async (t, at) => {
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=51x37:r=25:d=0.4', '-c:v', 'ffv1', at('in.mkv'))
    for (const codec of ['h264', 'h265']) {
      const { notes } = await matteVideo(redMatting(), at('in.mkv'), at('out.mp4'), { codec, background: 'white' })
      t.like(await probe(at('out.mp4')), { width: 51, height: 37, pix_fmt: 'yuv444p' })
      t.is((await times(at('out.mp4'))).length, 10)
      t.true(notes.includes('its size is odd: written as 4:4:4'))
    }
  }),
)

test.serial(
  'colours of a tagged BT.709 video are brought to RGB by that matrix, and HDR is refused unless it is tone-mapped',
  withClips(async (t, at) => {
    const red = ['-f', 'lavfi', '-i', 'color=red:s=64x48:r=5:d=1']
    const hd = ['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-colorspace', 'bt709', ...x264]
    await ffmpeg(...red, ...hd, '-color_primaries', 'bt709', '-color_trc', 'bt709', at('hd.mp4'))
    await matteVideo(redMatting(), at('hd.mp4'), at('hd.mkv'))
    const [r, g, b] = await samples(at('hd.mkv'), 'rgb24')
    t.true(r! >= 253 && g! <= 2 && b! <= 2, `${r} ${g} ${b}`)
    const pq = ['-color_trc', 'smpte2084', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc']
    await ffmpeg(...pattern('64x48'), ...x264, ...pq, at('hdr.mp4'))
    const error = { code: 'ERR_INPUT_REFUSED', message: /HDR/ }
    await t.throwsAsync(matteVideo(redMatting(), at('hdr.mp4'), at('hdr.mkv')), error)
    const mapped = await matteVideo(redMatting(), at('hdr.mp4'), at('hdr.mkv'), { toneMap: true })
    t.is(mapped.frames, 25)
  }),
)

test.serial(
  'a span of a video, at a rate of its own, is what comes out',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('64x48', 3), ...x264, at('in.mp4'))
    const report = await matteVideo(redMatting(), at('in.mp4'), at('out.mkv'), { start: 1, duration: 1, fps: 10 })
    const whole = await matteVideo(redMatting(), at('in.mp4'), at('whole.mkv'), { fps: 10 })
    t.is(whole.frames, 30)
    const bytes = 64 * 48 * 4
    const part = (await samples(at('whole.mkv'), 'rgba')).subarray(10 * bytes, 20 * bytes)
    t.true((await samples(at('out.mkv'), 'rgba')).equals(part), 'its colours too')
    t.is(report.frames, 10)
    t.deepEqual(
      (await times(at('out.mkv'))).map((time) => Math.round(time * 10)),
      Array.from({ length: 10 }, (_, index) => index),
    )
  }),
)

test.serial(
  'composites, alphas, animated and single pictures are written as asked',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('50x38'), ...x264, at('in.mp4'))
    await matteVideo(redMatting(), at('in.mp4'), at('green.mkv'), { codec: 'h264', background: '#00ff00' })
    const wanted = await alphas((await matteVideo(redMatting(), at('in.mp4'), at('cut.mkv'))).output)
    const green = await samples(at('green.mkv'), 'rgb24')
    const transparent = wanted.alpha.findIndex((alpha) => alpha === 0)
    t.true(green[3 * transparent + 1]! > 200 && green[3 * transparent]! < 60)
    await writeFile(
      at('sky.png'),
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } })
        .png()
        .toBuffer(),
    )
    t.is((await matteVideo(redMatting(), at('in.mp4'), at('sky.mp4'), { background: at('sky.png') })).frames, 25)
    await matteVideo(redMatting(), at('in.mp4'), at('alpha.mkv'), { codec: 'ffv1', show: 'alpha' })
    t.deepEqual(await samples(at('alpha.mkv'), 'gray'), Buffer.from(wanted.alpha))
    await matteVideo(redMatting(), at('in.mp4'), at('out.apng'), { duration: 0.2 })
    t.is((await times(at('out.apng'))).length, 5)
    await matteVideo(redMatting(), at('in.mp4'), at('100% done/'), { duration: 0.2 })
    t.deepEqual(
      await readdir(at('100% done')),
      [1, 2, 3, 4, 5].map((n) => `00000${n}.png`),
    )
    await writeFile(at('100% done/cover.png'), 'of somebody else')
    const again = await matteVideo(redMatting(), at('in.mp4'), at('100% done/'), { duration: 0.12 })
    t.true(again.notes.includes(`2 pictures of an earlier run are still in ${at('100% done')}, from 000004.png on`))
  }),
)

test.serial(
  'a truncated file gives its good part, and the damage is reported',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('160x120', 2), ...x264, '-f', 'mpegts', at('in.ts'))
    const whole = await matteVideo(redMatting(), at('in.ts'), at('whole.mkv'))
    t.is(whole.frames, 50)
    const { length } = await readFile(at('in.ts'))
    await truncate(at('in.ts'), Math.floor(length * 0.6))
    const part = await matteVideo(redMatting(), at('in.ts'), at('part.mkv'))
    t.true(part.frames > 20 && part.frames < 45, `${part.frames} frames`)
    t.true(part.damage.length > 0)
    t.is((await times(at('part.mkv'))).length, part.frames)
  }),
)

test.serial(
  'bytes that are damaged in the middle cost the frames that they were of, and are reported',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('160x120', 2), ...x264, '-f', 'mpegts', at('in.ts'))
    const bytes = await readFile(at('in.ts'))
    bytes.fill(0xa5, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.5))
    await writeFile(at('in.ts'), bytes)
    const { frames, damage } = await matteVideo(redMatting(), at('in.ts'), at('out.mkv'))
    t.true(frames > 30 && frames <= 50, `${frames} frames`)
    t.true(damage.length > 0)
    t.is(new Set(damage).size, damage.length)
    t.notRegex(damage.join('\n'), /0x/)
    t.is((await times(at('out.mkv'))).length, frames)
  }),
)

test.serial(
  'an aborted video is a whole file of the frames that were done; one that fails leaves nothing',
  withClips(async (t, at) => {
    await ffmpeg(...pattern('64x48', 20), ...['-f', 'lavfi', '-i', 'sine=d=20'], ...x264, '-c:a', 'aac', at('in.mp4'))
    const slow = new RedChain()
    slow.milliseconds = 10
    const controller = new AbortController()
    const running = matteVideo(redMatting(slow), at('in.mp4'), at('out.mov'), {
      signal: controller.signal,
      onProgress: ({ frames, total, framesPerSecond, left }) => {
        if (frames < 20) return
        t.is(total, 500)
        t.true(framesPerSecond > 0 && left! > 0)
        controller.abort()
      },
    })
    await t.throwsAsync(running, { code: 'ERR_ABORTED' })
    const done = (await times(at('out.mov'))).length
    t.true(done >= 10 && done < 250, `${done} frames`)
    const failing = new RedChain()
    failing.failAt = 0
    await t.throwsAsync(matteVideo(redMatting(failing), at('in.mp4'), at('none.mov')))
    t.deepEqual((await readdir(at('.'))).sort(), ['in.mp4', 'out.mov'])
  }),
)
