/** What composites lie over: the frame itself, blurred without its subject, and other videos in their own time. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { addon } from '#dist/native.js'
import { matteVideo } from '#dist/video/index.js'
import { clipFolder, ffmpeg, redMatting, samples } from './clips.js'

const lossless = ['-c:v', 'ffv1', '-pix_fmt', 'bgra']

test('a blurred rest has none of its subject’s colours, and is as smooth as its sigma says', async (t) => {
  const [width, height] = [61, 43]
  const isSubject = (at: number): boolean => at % width > 20 && at % width < 40
  const alpha = Uint8Array.from({ length: width * height }, (_, at) => (isSubject(at) ? 255 : 0))
  const green = [10, 200, 30]
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, at) =>
    isSubject(Math.floor(at / 3)) ? 255 : green[at % 3]!,
  )
  const target = new Uint8Array(rgb.length)
  for (const sigma of [1, 3.5, 9, 1000]) {
    await addon().blurRest(target, rgb, alpha, { width, height }, sigma)
    const isGreen = (at: number): boolean => green.every((value, channel) => target[3 * at + channel] === value)
    t.true(
      alpha.every((value, at) => value === 255 || isGreen(at)),
      `sigma ${sigma}`,
    )
  }
  const step = Uint8Array.from({ length: 3 * 200 * 5 }, (_, at) => (Math.floor(at / 3) % 200 < 100 ? 0 : 200))
  const blurred = new Uint8Array(step.length)
  await addon().blurRest(blurred, step, new Uint8Array(1000), { width: 200, height: 5 }, 12)
  const grey = (x: number): number => blurred[3 * (2 * 200 + x)]!
  // Of a Gaussian, 16 % lie beyond one standard deviation.
  t.true(Math.abs(grey(87) - 32) <= 3 && Math.abs(grey(112) - 168) <= 3, `${grey(87)}, ${grey(112)}`)
  await t.throwsAsync(addon().blurRest(target, rgb, alpha, { width, height }, 0.5), { code: 'ERR_ARGUMENT' })
})

test.serial('a blurred background takes the frame’s own colours', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  // The matte of a pixel is its red: the white half is opaque, the green one is not there.
  const halves = 'color=0x00c800:s=64x48:r=10:d=0.5,drawbox=x=32:w=32:h=48:c=white:t=fill'
  await ffmpeg('-f', 'lavfi', '-i', halves, ...lossless, at('in.mkv'))
  const original = await samples(at('in.mkv'), 'rgb24')
  const pixel = (rgb: Buffer, x: number): number[] => [...rgb.subarray(3 * x, 3 * x + 3)]
  for (const background of ['blur', 'blur:6.5']) {
    await matteVideo(redMatting(), at('in.mkv'), at('out.mkv'), { codec: 'ffv1', background })
    const rgb = await samples(at('out.mkv'), 'rgb24')
    t.is(rgb.length, 5 * 64 * 48 * 3)
    for (const x of [0, 20, 63]) t.deepEqual(pixel(rgb, x), pixel(original, x))
    t.deepEqual(pixel(rgb, 0), pixel(rgb, 20))
  }
  const wrong = matteVideo(redMatting(), at('in.mkv'), at('wrong.mkv'), { codec: 'ffv1', background: 'blur:0' })
  await t.throwsAsync(wrong, { code: 'ERR_ARGUMENT', message: /blur/ })
})

test.serial('another video goes in its own time, covers the frame, and begins anew at its end', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', 'color=black:s=64x48:r=10:d=2', ...lossless, at('in.mkv'))
  // Three fifths of a second; its pixels are twice as wide as high, and its left and right edges do not fit.
  const greys = "nullsrc=s=48x48:r=5:d=0.6,format=gray,geq=lum='40+60*N',setsar=2"
  await ffmpeg('-f', 'lavfi', '-i', greys, ...lossless, at('below.mkv'))
  const report = await matteVideo(redMatting(), at('in.mkv'), at('out.mkv'), {
    background: at('below.mkv'),
    codec: 'ffv1',
  })
  t.true(report.notes.includes('its background of 0.60 s is repeated where it is shorter'), report.notes.join('; '))
  const gray = await samples(at('out.mkv'), 'gray')
  t.is(gray.length, 20 * 64 * 48)
  const wanted = Array.from({ length: 20 }, (_, index) => 40 + 60 * (Math.floor(index / 2) % 3))
  t.deepEqual(
    wanted.map((_, index) => gray[index * 64 * 48 + 1000]),
    wanted,
  )
})

test.serial('a background that cannot be is told by its name, and leaves nothing', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', 'color=black:s=64x48:r=10:d=0.5', ...lossless, at('in.mkv'))
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.2', '-c:a', 'aac', at('sound.mp4'))
  for (const [background, code] of [
    ['absent.mp4', 'ERR_INPUT_MISSING'],
    ['sound.mp4', 'ERR_INPUT_NO_VIDEO'],
    ['', 'ERR_INPUT_READ'],
    ['out.mkv', 'ERR_OUTPUT_CLASH'],
  ] as const) {
    const path = join(folder, background)
    const running = matteVideo(redMatting(), at('in.mkv'), at('out.mkv'), { codec: 'ffv1', background: path })
    const error = await t.throwsAsync(running, { code })
    t.true(error.message.includes(path))
  }
  t.deepEqual((await readdir(folder)).sort(), ['in.mkv', 'sound.mp4'])
})
