/** Previews: what a person looks at shows frames, mattes and cut-outs, as they came out. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import sharp from 'sharp'
import { matteVideo } from '#dist/video/index.js'
import { clock } from '#dist/video/time-label.js'
import { RedChain } from '../matting/red-chain.js'
import { clipFolder, ffmpeg, probe, redMatting, samples, times } from './clips.js'

const lossless = ['-c:v', 'ffv1', '-pix_fmt', 'bgra']

/** Frames of 160×90 that become whiter; their left half is without red, and so without alpha. */
const whitening = "nullsrc=s=160x90:r=10:d=3,format=gbrp,geq=r='if(lt(X,W/2),0,8*N)':g='8*N':b='8*N'"

test.serial('a contact sheet has rows of evenly spaced times, over checkers where nothing is', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', whitening, ...lossless, at('in.mkv'))
  await matteVideo(redMatting(), at('in.mkv'), at('out.mkv'), { preview: at('sheet.png'), start: 1 })
  const { data, info } = await sharp(at('sheet.png')).raw().toBuffer({ resolveWithObject: true })
  t.like(info, { width: 3 * 160 + 4 * 8, height: 6 * 98 + 8, channels: 3 })
  const pixel = (column: number, row: number, x: number, y: number): number[] => {
    const offset = 3 * ((8 + row * 98 + y) * info.width + 8 + column * 168 + x)
    return [...data.subarray(offset, offset + 3)]
  }
  const levels = Array.from({ length: 6 }, (_, row) => pixel(0, row, 120, 20)[0]!)
  t.true(
    levels.every((level, row) => row === 0 || level > levels[row - 1]!),
    levels.join(' '),
  )
  t.true(levels[0]! < 8 * 14 && levels[5]! > 8 * 24, levels.join(' '))
  for (const [row, level] of levels.entries()) {
    t.deepEqual(pixel(1, row, 120, 20), [level, level, level], 'the matte is the red of its frame')
    t.deepEqual(pixel(1, row, 40, 20), [0, 0, 0])
    const checkers = [pixel(2, row, 32, 20)[0]!, pixel(2, row, 40, 20)[0]!]
    t.deepEqual([Math.min(...checkers), Math.max(...checkers)], [0x99, 0xcc])
  }
  t.deepEqual(pixel(0, 0, 0, 95), [255, 255, 255], 'a gap')
  t.true(pixel(0, 0, 4, 86)[1]! < 0.5 * pixel(0, 0, 40, 50)[1]!, 'the plate of its time is dark')
})

test.serial('a clip shows frames, mattes and cut-outs side by side, at the times of the video', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', whitening, ...lossless, at('in.mkv'))
  for (const preview of ['show.mp4', 'show.webm']) {
    await matteVideo(redMatting(), at('in.mkv'), at('out.mkv'), { preview: at(preview) })
    t.like(await probe(at(preview)), { width: 480, height: 90, pix_fmt: 'yuv420p' })
    t.deepEqual(await times(at(preview)), await times(at('in.mkv')))
    const gray = await samples(at(preview), 'rgb24')
    const level = (x: number): number => gray[3 * (29 * 480 * 90 + 40 * 480 + x) + 1]!
    const near = (x: number, value: number): void => {
      t.true(Math.abs(level(x) - value) <= 12, `${preview} at ${x}: ${level(x)}, expected ${value}`)
    }
    near(120, 8 * 29)
    near(160 + 120, 8 * 29)
    near(160 + 40, 0)
    near(320 + 4, 0xcc)
    near(320 + 12, 0x99)
  }
})

test.serial(
  'a preview that cannot be is refused before any work, and an abort leaves one of what was done',
  async (t) => {
    const folder = await clipFolder(t)
    if (folder === undefined) return
    const at = (name: string): string => join(folder, name)
    await ffmpeg('-f', 'lavfi', '-i', whitening, ...lossless, at('in.mkv'))
    for (const [preview, code] of [
      ['sheet.txt', 'ERR_OUTPUT_FORMAT'],
      ['out.mkv', 'ERR_OUTPUT_FORMAT'],
      ['in.mp4', 'ERR_OUTPUT_CLASH'],
      ['no/sheet.png', 'ERR_OUTPUT_WRITE'],
      [7, 'ERR_ARGUMENT'],
    ] as const) {
      const path = typeof preview === 'string' ? at(preview) : (preview as unknown as string)
      const options = { preview: path, ...(preview === 'in.mp4' && { background: 'white' }) }
      const output = preview === 'in.mp4' ? at('in.mp4') : at('out.mkv')
      await t.throwsAsync(matteVideo(redMatting(), at('in.mkv'), output, options), { code })
    }
    const controller = new AbortController()
    const slow = new RedChain()
    slow.milliseconds = 50
    const aborted = matteVideo(redMatting(slow), at('in.mkv'), at('out.mkv'), {
      preview: at('sheet.jpg'),
      signal: controller.signal,
      onProgress: ({ frames }) => {
        if (frames >= 5) controller.abort()
      },
    })
    await t.throwsAsync(aborted, { code: 'ERR_ABORTED' })
    t.deepEqual((await readdir(folder)).sort(), ['in.mkv', 'out.mkv', 'sheet.jpg'])
  },
)

test('times are shown to the hundredth', (t) => {
  t.deepEqual([0, 1.239, 59.999, 61.5, 3661.5].map(clock), ['0:00.00', '0:01.24', '1:00.00', '1:01.50', '1:01:01.50'])
})
