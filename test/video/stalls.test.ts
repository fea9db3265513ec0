/** Programs that give or take nothing for too long are ended, and what they worked on is named. */

import { execFileSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Decoder } from '#dist/video/decode.js'
import { matteVideo, probeVideo, resolveVideoLimits } from '#dist/video/index.js'
import { findPrograms } from '#dist/video/programs.js'
import { clipFolder, ffmpeg, redMatting } from './clips.js'

const clip = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=8', '-c:v', 'libx264', '-preset', 'ultrafast']

/** Programs beside the clips, of which the run that has this argument does that instead. */
async function disguise(folder: string, argument: string, instead: string): Promise<void> {
  const programs = await findPrograms()
  const script = `#!/bin/sh
for a; do
  if [ "$a" = ${argument} ]; then
    ${instead}
  fi
done
exec ${programs.ffmpeg} "$@"
`
  await writeFile(join(folder, 'ffmpeg'), script, { mode: 0o755 })
  await writeFile(join(folder, 'ffprobe'), `#!/bin/sh\nexec ${programs.ffprobe} "$@"\n`, { mode: 0o755 })
}

async function stallsWith(t: ExecutionContext, argument: string, instead: string, code: string): Promise<string> {
  const folder = (await clipFolder(t))!
  await ffmpeg(...clip, join(folder, 'in.mp4'))
  await disguise(folder, argument, instead)
  const running = matteVideo(redMatting(), join(folder, 'in.mp4'), join(folder, 'out.mkv'), {
    ffmpeg: folder,
    limits: { stall: 1 },
  })
  const { message } = await t.throwsAsync(running, { code })
  t.false(
    (await readdir(folder)).some((name) => name.startsWith('out')),
    'nothing is left',
  )
  t.false(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(folder), 'nor does anything go on')
  return message
}

/** It stops after a while, as what reads from a share that went away. */
const stopsLater = '{ sleep 0.4; kill -STOP $$; } >/dev/null 2>&1 3>&- &'

test.serial('a source that gives nothing, from the beginning or from the middle on, is ended and named', async (t) => {
  if ((await clipFolder(t)) === undefined) return
  for (const instead of ['kill -STOP $$', stopsLater]) {
    const message = await stallsWith(t, 'pipe:3', instead, 'ERR_INPUT_STALLED')
    t.regex(message, /in\.mp4 gave no frame for 1 s/)
  }
})

test.serial('an encoder that takes nothing is ended, and its output is named', async (t) => {
  if ((await clipFolder(t)) === undefined) return
  const message = await stallsWith(t, 'pipe:0', 'kill -STOP $$', 'ERR_OUTPUT_WRITE')
  t.regex(message, /out.*\.mkv could not be written: ffmpeg did nothing for too long/)
})

/** It takes all frames, and then waits for what never comes. */
const neverFinishes = 'cat <&0 >/dev/null; kill -STOP $$'

test.serial('an encoder that does not finish is ended, and its output is named', async (t) => {
  if ((await clipFolder(t)) === undefined) return
  const message = await stallsWith(t, 'pipe:0', neverFinishes, 'ERR_OUTPUT_WRITE')
  t.regex(message, /out.*\.mkv could not be written: ffmpeg did nothing for too long/)
})

test.serial('after an abort, too, and what it left half done is no video', async (t) => {
  const folder = await clipFolder(t)
  if (folder === undefined) return
  await ffmpeg(...clip, join(folder, 'in.mp4'))
  await disguise(folder, 'pipe:0', `echo half >${folder}/out.partial.mkv; ${neverFinishes}`)
  const controller = new AbortController()
  const running = matteVideo(redMatting(), join(folder, 'in.mp4'), join(folder, 'out.mkv'), {
    ...{ ffmpeg: folder, limits: { stall: 1 }, signal: controller.signal },
    onProgress: ({ frames }) => frames > 10 && controller.abort(),
  })
  await t.throwsAsync(running, { code: 'ERR_ABORTED' })
  t.false((await readdir(folder)).some((name) => name.startsWith('out')))
})

/** It works on for longer than it may do nothing. */
const finishesLate =
  'cat <&0 >/dev/null; for i in 1 2 3 4 5; do sleep 0.4; cat /proc/self/stat >/dev/null; done; exit 7'

test.serial('an encoder that finishes slowly is waited for', async (t) => {
  if ((await clipFolder(t)) === undefined) return
  const message = await stallsWith(t, 'pipe:0', finishesLate, 'ERR_OUTPUT_WRITE')
  t.regex(message, /ffmpeg ended with 7/)
})

test.serial(
  'frames that become many at a time do not wait for their times, from the beginning or later on',
  async (t) => {
    const folder = await clipFolder(t)
    if (folder === undefined) return
    const input = join(folder, 'in.mp4')
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=640x480:r=1:d=4', '-c:v', 'libx264', '-preset', 'ultrafast', input)
    const limits = resolveVideoLimits({ stall: 5 })
    const programs = await findPrograms()
    const info = await probeVideo(programs, input, limits)
    // Once in a while ffmpeg writes the first picture before its time: more than once, then.
    for (const skip of [0, 10, 60, 60, 60]) {
      const decoder = new Decoder(programs, info, { fps: 50, skip, limits })
      const timestamps = []
      for await (const { timestamp } of decoder.frames()) timestamps.push(timestamp)
      t.deepEqual(
        timestamps,
        Array.from({ length: 200 - skip }, (_, index) => index + skip),
      )
    }
  },
)
