/** Two jobs never write the same file; what dead ones left is no obstacle. */

import { spawnSync } from 'node:child_process'
import { link, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { newOwnerName } from '#dist/store/index.js'
import { matteVideo, type VideoOptions } from '#dist/video/index.js'
import type { VideoMatting } from '#dist/video/matte-video.js'
import { OutputLock } from '#dist/video/lock.js'
import { Target } from '#dist/video/target.js'
import { clipFolder, ffmpeg, redMatting } from './clips.js'

async function temporary(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-lock-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

test('one holds a name at a time, and others hold other names', async (t) => {
  const folder = await temporary(t)
  const held = await OutputLock.take(folder, 'out.mp4')
  const message = new RegExp(`out\\.mp4 is being written by another job \\(process ${process.pid}\\)`)
  await t.throwsAsync(OutputLock.take(folder, 'out.mp4'), { code: 'ERR_OUTPUT_CLASH', message })
  const other = await OutputLock.take(folder, 'out.webm')
  await held.release()
  await (await OutputLock.take(folder, 'out.mp4')).release()
  await other.release()
  t.deepEqual(await readdir(folder), [])
})

test('names of any length and kind can be held', async (t) => {
  const folder = await temporary(t)
  for (const name of ['é'.repeat(120), 'two\nlines %03d', '']) await (await OutputLock.take(folder, name)).release()
  t.deepEqual(await readdir(folder), [])
})

test('of many that begin at once at most one goes on', async (t) => {
  const folder = await temporary(t)
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => OutputLock.take(folder, 'out.mp4')))
  const held = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  t.true(held.length <= 1)
  for (const one of held) await one.release()
})

test('the lock of a process that is gone is taken away, as is one that was not touched for minutes', async (t) => {
  const folder = await temporary(t)
  const script = `import { OutputLock } from ${JSON.stringify(import.meta.resolve('#dist/video/lock.js'))}
    await OutputLock.take(${JSON.stringify(folder)}, 'out.mp4')
    process.kill(process.pid, 'SIGKILL')`
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  t.is(signal, 'SIGKILL', stderr)
  const [left] = await readdir(folder)
  t.truthy(left)
  const untouched = join(folder, left!.slice(0, left!.lastIndexOf('~') + 1) + newOwnerName())
  await writeFile(untouched, '')
  await utimes(untouched, 1, 1)
  const held = await OutputLock.take(folder, 'out.mp4')
  t.is((await readdir(folder)).length, 1)
  await held.release()
})

test('a folder that cannot be written to is told before any work', async (t) => {
  const taking = OutputLock.take('/proc/self', 'out.mp4')
  await t.throwsAsync(taking, { code: 'ERR_OUTPUT_WRITE', message: /\/proc\/self cannot be written to/ })
})

test('an output that leads to the input, or is a folder, is refused', async (t) => {
  const folder = await temporary(t)
  const at = (name: string): string => join(folder, name)
  await writeFile(at('in.mp4'), 'video')
  await mkdir(at('folder.mp4'))
  await symlink(folder, at('here'))
  await link(at('in.mp4'), at('twin.mp4'))
  for (const output of ['in.mp4', 'here/in.mp4', 'twin.mp4']) {
    await t.throwsAsync(Target.prepare(at('in.mp4'), at(output)), { code: 'ERR_OUTPUT_CLASH', message: /input itself/ })
  }
  await t.throwsAsync(Target.prepare(at('in.mp4'), at('folder.mp4')), {
    code: 'ERR_OUTPUT_WRITE',
    message: /is a folder/,
  })
})

/** A matting that does something else after its first frame, and goes on then. */
function afterFirstFrame(work: () => Promise<unknown>): VideoMatting {
  const { frames } = redMatting()
  return {
    async *frames(source, options) {
      for await (const frame of frames(source, options)) {
        yield frame
        if (frame.index === 0) await work()
      }
    },
  }
}

test.serial('of two jobs with one output, or one preview, the second is refused; the first is whole', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  const at = (name: string): string => join(folder, name)
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2', '-c:v', 'libx264', '-preset', 'ultrafast']
  await ffmpeg(...source, at('in.mp4'))
  const cases: readonly (readonly [string, string, VideoOptions])[] = [
    ['out.mkv', 'out.mkv', {}],
    ['out.mkv', 'out.mkv', { resume: true }],
    ['pictures/', 'pictures/', {}],
    ['out.mkv', 'other.mkv', { preview: at('sheet.png') }],
    ['out.mkv', 'other.mkv', { preview: at('sheet.mp4') }],
  ]
  for (const [one, other, options] of cases) {
    const meanwhile = (): Promise<unknown> =>
      t.throwsAsync(matteVideo(redMatting(), at('in.mp4'), at(other), options), { code: 'ERR_OUTPUT_CLASH' }, other)
    const { frames } = await matteVideo(afterFirstFrame(meanwhile), at('in.mp4'), at(one), options)
    t.is(frames, 50)
    t.is((await matteVideo(redMatting(), at('in.mp4'), at(other), options)).frames, 50, 'it is released')
  }
  const all = await readdir(folder, { recursive: true })
  t.deepEqual(
    all.filter((name) => /lock|partial|segments/.test(name)),
    [],
  )
})
