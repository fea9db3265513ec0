/** What is left on the disk when a video's size changes, its disk fills up, or its program is ended by force. */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'
import { matteVideo } from '#dist/video/index.js'
import type { VideoMatting } from '#dist/video/matte-video.js'
import { findPrograms } from '#dist/video/programs.js'
import { clipFolder, ffmpeg, redMatting, samples, times } from './clips.js'

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const pattern = (size: string, seconds = 1): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`]

test.serial('frames of another size than the first are scaled to it, and the report says from when', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  await ffmpeg(...pattern('64x48'), ...x264, '-f', 'mpegts', at('small.ts'))
  for (const size of ['96x64', '64x64', '48x64']) {
    const later = ['-output_ts_offset', '1.2', '-f', 'mpegts', at('large.ts')]
    await ffmpeg(...pattern(size), ...x264, ...later)
    await writeFile(at('in.ts'), Buffer.concat([await readFile(at('small.ts')), await readFile(at('large.ts'))]))
    const { frames, notes } = await matteVideo(redMatting(), at('in.ts'), at('out.mkv'))
    t.is((await samples(at('out.mkv'), 'rgba')).length, frames * 64 * 48 * 4)
    t.true(
      notes.some((note) => /its size changes, 1\.\d\d s .* scaled to 64×48/.test(note)),
      `${size}: ${notes.join('; ')}`,
    )
  }
  const { notes } = await matteVideo(redMatting(), at('small.ts'), at('out.mkv'))
  t.false(notes.some((note) => note.includes('size changes')))
})

test.serial('a disk that is full at a file’s end is an error that names the file, and nothing is left', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  if (!(await hasLimits())) return t.pass('passed over: there is no prlimit')
  const at = (name: string): string => join(folder, name)
  await ffmpeg(...pattern('64x48'), ...x264, at('in.mp4'))
  const programs = await findPrograms()
  for (const name of ['out.mov', 'out.webm', 'out.mkv']) {
    await matteVideo(redMatting(), at('in.mp4'), at(name))
    const { size } = await stat(at(name))
    const wrapped = ['#!/bin/sh', "trap '' XFSZ", `exec prlimit --fsize=${size - 40} ${programs.ffmpeg} "$@"`]
    await writeFile(at('ffmpeg'), wrapped.join('\n'), { mode: 0o755 })
    await writeFile(at('ffprobe'), `#!/bin/sh\nexec ${programs.ffprobe} "$@"\n`, { mode: 0o755 })
    const full = matteVideo(redMatting(), at('in.mp4'), at(`full-${name}`), { ffmpeg: folder })
    const error = await t.throwsAsync(full, { code: 'ERR_OUTPUT_WRITE' }, name)
    t.true(error.message.includes(`full-${name.slice(0, 3)}`))
  }
  t.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('full')),
    [],
  )
})

for (const name of ['out.mov', 'out.webm']) {
  test.serial(`a video that is aborted holds each frame that was done, with sound and without: ${name}`, async (t) => {
    const folder = await clipFolder(t)
    if (folder === undefined) return
    const at = (file: string): string => join(folder, file)
    const sound = ['-f', 'lavfi', '-i', 'sine=d=60', '-c:a', 'aac']
    await ffmpeg(...pattern('64x48', 8), ...x264, at('silent.mp4'))
    await ffmpeg(...pattern('64x48', 8), ...sound, ...x264, at('loud.mp4'))
    for (const input of ['silent.mp4', 'loud.mp4']) {
      for (const frames of [1, 20]) {
        const controller = new AbortController()
        const { signal } = controller
        const aborting: VideoMatting = {
          async *frames(source, options) {
            for await (const frame of redMatting().frames(source, options)) {
              yield frame
              if (frame.index === frames - 1) controller.abort()
            }
          },
        }
        await t.throwsAsync(matteVideo(aborting, at(input), at(name), { signal }), { code: 'ERR_ABORTED' })
        t.is((await times(at(name))).length, frames, input)
        await rm(at(name))
      }
    }
  })
}

for (const name of ['out.mov', 'out.mp4', 'out.webm', 'out.mkv']) {
  test.serial(`a process that is killed leaves a file of the finished part that plays: ${name}`, async (t) => {
    const folder = await clipFolder(t)
    if (folder === undefined) return
    const at = (file: string): string => join(folder, file)
    await ffmpeg(...pattern('64x48', 20), '-f', 'lavfi', '-i', 'sine=d=20', ...x264, '-c:a', 'aac', at('in.mp4'))
    const background = name.endsWith('.mp4') ? { background: 'white' } : {}
    const script = join(import.meta.dirname, 'endless.js')
    const args = ['--conditions=pdfnet-test', script, at('in.mp4'), at(name), JSON.stringify(background)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    // The encoder goes with it, as it does where memory or power runs out.
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const encoder = Number(said.toString())
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    process.kill(encoder, 'SIGKILL')
    await ended
    await sleep(100)
    const partial = name.replace('out.', 'out.partial.')
    t.true((await readdir(folder)).includes(partial))
    const shown = (await times(at(partial))).length
    t.true(shown >= 25 && shown < 400, `${shown} frames`)
  })
}

async function hasLimits(): Promise<boolean> {
  return promisify(execFile)('prlimit', ['--version']).then(
    () => true,
    () => false,
  )
}
