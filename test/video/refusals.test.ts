/** What is no video, would open other files, or cannot be written, is refused with what to do. */

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { matteVideo, type VideoOptions } from '#dist/video/index.js'
import { chooseEncoder, codecs } from '#dist/video/codecs.js'
import { findPrograms } from '#dist/video/programs.js'
import { clipFolder, ffmpeg, redMatting } from './clips.js'

test.serial('files that are no video, that name other files, or that are not there are refused by name', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=1', '-c:v', 'libx264', at('clip.mp4'))
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', at('sound.wav'))
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', at('sound.mp4'))
  await writeFile(at('list.m3u8'), '#EXTM3U\n#EXTINF:1,\nclip.mp4\n')
  await writeFile(at('list.mp4'), `ffconcat version 1.0\nfile clip.mp4\n`)
  await writeFile(at('noise.mp4'), Buffer.alloc(5000, 'noise'))
  await writeFile(at('empty.mp4'), '')
  await mkdir(at('folder.mp4'))
  const cases = [
    ['list.m3u8', 'ERR_INPUT_REFUSED'],
    ['list.mp4', 'ERR_INPUT_REFUSED'],
    ['sound.wav', 'ERR_INPUT_REFUSED'],
    ['sound.mp4', 'ERR_INPUT_NO_VIDEO'],
    ['noise.mp4', 'ERR_INPUT_FORMAT'],
    ['empty.mp4', 'ERR_INPUT_FORMAT'],
    ['folder.mp4', 'ERR_INPUT_READ'],
    ['absent.mp4', 'ERR_INPUT_MISSING'],
  ] as const
  for (const [name, code] of cases) {
    const error = await t.throwsAsync(matteVideo(redMatting(), at(name), at('out.mkv')), { code }, name)
    t.true(error.message.includes(name), error.message)
    t.notRegex(String((error.cause as Error | undefined)?.message), /Command failed/, 'the cause is what ffprobe said')
  }
  t.false((await readdir(folder)).some((name) => name.startsWith('out')))
})

test.serial('outputs that cannot be are refused before any work', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:d=1', '-c:v', 'libx264', at('clip.mp4'))
  const run = (output: string, options: VideoOptions = {}): Promise<unknown> =>
    matteVideo(redMatting(), at('clip.mp4'), at(output), options)
  await t.throwsAsync(run('out.mp4'), { code: 'ERR_OUTPUT_FORMAT', message: /h264 holds no alpha/ })
  await t.throwsAsync(run('out.txt'), { code: 'ERR_OUTPUT_FORMAT', message: /names no video format/ })
  await t.throwsAsync(run('out.mp4', { codec: 'vp9' }), { code: 'ERR_OUTPUT_FORMAT' })
  await t.throwsAsync(run('clip.mp4', { background: 'red' }), { code: 'ERR_OUTPUT_CLASH' })
  await t.throwsAsync(run('no/out.mkv'), { code: 'ERR_OUTPUT_WRITE' })
  const inSpan = { code: 'ERR_INPUT_NO_VIDEO', message: /no frame of .*clip\.mp4 lies in the span/ }
  await t.throwsAsync(run('out.mkv', { start: 100 }), inSpan)
  await t.throwsAsync(run('out.mkv', { limits: { pixels: 1000 } }), { code: 'ERR_INPUT_LIMIT', message: /64×48/ })
  for (const [name, value] of [
    ['codec', 'divx'],
    ['show', 'all'],
    ['start', -1],
    ['fps', 0],
    ['ffmpeg', 'bin'],
    ['background', 7],
  ]) {
    const message = new RegExp(`for ${name as string}`)
    await t.throwsAsync(run('out.mkv', { [name as string]: value }), { code: 'ERR_ARGUMENT', message })
  }
})

test.serial('a machine without ffmpeg, or with an old one, is told what to install', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const missing = await t.throwsAsync(findPrograms(folder), { code: 'ERR_FFMPEG_MISSING' })
  t.regex((missing as unknown as { remedy: string }).remedy, /Install FFmpeg 5\.1/)
  for (const name of ['ffmpeg', 'ffprobe']) {
    await writeFile(join(folder, name), '#!/bin/sh\necho ffmpeg version 4.4.2-0ubuntu0.22.04.1\n', { mode: 0o755 })
  }
  await t.throwsAsync(findPrograms(folder), { code: 'ERR_FFMPEG_MISSING', message: /version 4\.4\.2/ })
})

test.serial('an encoder that the build lacks is named, with what it has', (t) => {
  const vp9 = codecs.find(({ name }) => name === 'vp9')!
  const error = t.throws(() => chooseEncoder(vp9, new Set(['ffv1', 'png'])), { code: 'ERR_OUTPUT_FORMAT' })
  t.regex((error as unknown as { remedy: string }).remedy, /Use ffv1, png/)
})
