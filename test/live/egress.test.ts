/** The connection to an output: frames that were written leave nothing behind, and one that ended takes none. */

import test from 'ava'
import type { OutputEndpoint } from '#dist/live/endpoint.js'
import { Egress } from '#dist/live/egress.js'
import { Secrets } from '#dist/live/secrets.js'
import { probeVideo } from '#dist/video/index.js'
import { findPrograms } from '#dist/video/programs.js'
import { ffmpeg } from '../video/clips.js'
import { withClips } from './streams.js'

const limits = { pixels: 1e6, side: 1e3, stall: 10 }
const nowhere: OutputEndpoint = {
  ...{ name: 'nowhere', secrets: new Secrets('nowhere'), isFile: false, isRaw: true },
  arguments: ['-f', 'null', '-'],
}

test.serial(
  'frames that were written leave nothing behind, and none is taken after the end',
  withClips(async (t, at) => {
    await ffmpeg('-f', 'lavfi', '-i', 'color=s=2x2:d=0.1', '-c:v', 'ffv1', at('tiny.mkv'))
    const programs = await findPrograms()
    const info = await probeVideo(programs, at('tiny.mkv'), limits)
    const egress = new Egress(programs, nowhere, info, 'gray', { encoder: 'libx264', bitrate: undefined }, 10)
    const data = new Uint8Array(4)
    let frame = 0
    const write = async (count: number): Promise<number> => {
      for (const end = frame + count; frame < end; frame++) await egress.write(data, 1000 * frame)
      globalThis.gc!()
      return process.memoryUsage().heapUsed
    }
    const before = await write(2000)
    const grown = (await write(8000)) - before
    t.true(grown < 1e6, `${grown} bytes more`)
    await egress.abandon()
    await t.throwsAsync(egress.write(data, 1000 * frame), { code: 'ERR_OUTPUT_WRITE' })
  }),
)
