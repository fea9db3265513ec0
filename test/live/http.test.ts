/** What is read over HTTP: at its own rate, to its end, and nothing that it names besides. */

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openLive, type LiveOptions } from '#dist/live/index.js'
import { ffmpeg } from '../video/clips.js'
import { Events, over, pattern, slowMatting, withClips, x264 } from './streams.js'

type Open = (name: string, options?: Partial<LiveOptions>) => ReturnType<typeof openLive>

/** Serves the folder's files, without saying how long they are. */
async function served(t: ExecutionContext, at: (name: string) => string): Promise<Open> {
  const server = createServer(({ url }, response) => createReadStream(at(basename(url!))).pipe(response))
  t.teardown(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const common = { output: at('out.mkv'), mattings: [slowMatting(1)], allowHttp: true, ...over }
  return (name, options) => openLive({ ...common, input: `${host}/${name}`, ...options })
}

test.serial(
  'a video is read at its own rate and once, and a playlist of HLS likewise',
  withClips(async (t, at) => {
    const mp4 = ['-movflags', '+faststart', at('clip.mp4')]
    await ffmpeg(...pattern(25, 1), ...x264, '-c:a', 'aac', ...mp4)
    await ffmpeg('-i', at('clip.mp4'), '-c', 'copy', '-hls_time', '0.4', at('list.m3u8'))
    const open = await served(t, at)
    for (const name of ['clip.mp4', 'list.m3u8']) {
      const events = new Events()
      const began = performance.now()
      const { frames, losses } = await (await open(name, { onEvent: events.add })).ended
      t.true(performance.now() - began >= 960, name)
      t.is(frames.arrived, 25, name)
      t.true(frames.written >= 20, `${frames.written} of ${name}`)
      t.is(losses.input, 0, name)
    }
  }),
)

test.serial(
  'a stream whose times go back is connected to again, with times that go on',
  withClips(async (t, at) => {
    const flv = ['-c:a', 'aac', '-flvflags', 'no_duration_filesize']
    await ffmpeg(...pattern(25, 1), ...x264, ...flv, at('clip.flv'))
    const clip = await readFile(at('clip.flv'))
    const header = 13
    await writeFile(at('twice.flv'), Buffer.concat([clip, clip.subarray(header)]))
    const open = await served(t, at)
    const events = new Events()
    const live = await open('twice.flv', { onEvent: events.add })
    const lost = await events.until(({ type }) => type === 'lost')
    t.like(lost, { end: 'input', reason: 'its timestamps jumped' })
    await events.until(({ type }) => type === 'restored')
    t.is((await live.stop()).losses.input, 1)
  }),
)

test.serial(
  'a playlist that names a file is refused',
  withClips(async (t, at) => {
    await ffmpeg(...pattern(25, 1), ...x264, '-c:a', 'aac', at('clip.ts'))
    const segment = `#EXTINF:1,\nfile://${at('clip.ts')}\n`
    await writeFile(at('list.m3u8'), `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${segment}#EXT-X-ENDLIST\n`)
    const open = await served(t, at)
    await t.throwsAsync(open('list.m3u8'), { code: 'ERR_INPUT_REFUSED', message: /list\.m3u8/ })
  }),
)
