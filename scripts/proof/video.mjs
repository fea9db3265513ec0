/** A video from file to file by the command line, decoded by the processor and by the GPU. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { command } from './command.mjs'
import { effort, engineOf } from './device.mjs'
import { photo } from './pictures.mjs'
import { Skipped } from './skipped.mjs'

const green = '--codec h264 --background #00b140'
const clips = [
  {
    ...{ name: '1080p', width: 1920, height: 1080 },
    ways: [
      green,
      `${green} --concurrency 4`,
      `${green} --concurrency 4 --decoder cuda`,
      '--codec h264 --show alpha --concurrency 4',
      '--codec vp9 --concurrency 4',
    ],
  },
  {
    ...{ name: '4K', width: 3840, height: 2160 },
    ways: [`${green} --concurrency 4`, `${green} --concurrency 4 --decoder cuda`],
  },
]

const ffmpeg = (words) => promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...words], { timeout: 120_000 })

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  await promisify(execFile)('ffmpeg', ['-version']).catch(() => {
    throw new Skipped('ffmpeg is not on PATH')
  })
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-proof-'))
  try {
    const frames = effort(options).count > 2 ? 240 : 3
    for (const { name, width, height, ways } of clips) {
      const clip = join(folder, `${name}.mp4`)
      await film(clip, width, height, frames)
      for (const way of ways) {
        await results.attempt(`${name}, ${way}`, () => one(results, { name, clip, way, frames, device }))
      }
    }
    await results.attempt('live', () => live(results, { clip: join(folder, '1080p.mp4'), device }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A photograph that the camera moves over. */
function film(file, width, height, frames) {
  const [w, h] = [width * 1.25, height * 1.25]
  const moved = `crop=${width}:${height}:(iw-ow)*(0.5+0.5*sin(n/40)):(ih-oh)*(0.5+0.5*cos(n/55))`
  const words = ['-loop', '1', '-framerate', '30', '-i', photo('astronaut.png'), '-frames:v', `${frames}`]
  const filter = `scale=${w}:${h}:force_original_aspect_ratio=increase,crop=${w}:${h},${moved},format=yuv420p`
  return ffmpeg([...words, '-vf', filter, '-c:v', 'libx264', '-preset', 'veryfast', file])
}

async function one(results, { name, clip, way, frames, device }) {
  const more = way.split(' ')
  const out = clip.replace('.mp4', more.includes('vp9') ? '.out.webm' : '.out.mp4')
  const { seconds, lines } = await command(['video', clip, '-o', out, '-d', device, ...more])
  const report = lines.at(-1)
  results.check(
    `${name}, ${way}: frames`,
    `${report.frames}, ${(await stat(out)).size} bytes`,
    `${frames}`,
    report.frames === frames,
  )
  results.figure('— frames a second, from start to end', `${(frames / seconds).toFixed(1)}; ${shorten(report)}`)
  await rm(out)
}

async function live(results, { clip, device }) {
  const words = ['video', clip, '--live', '-o', clip.replace('.mp4', '.live.mkv'), '-d', device, '--background', 'blur']
  const { lines } = await command(words)
  results.figure('live, a file of 1080p at its own rate', shorten(lines.at(-1)))
}

/** Numbers of two digits, and no paths. */
function shorten(report) {
  return JSON.stringify(report, (key, value) => {
    if (typeof value === 'number') return Math.round(value * 100) / 100
    return ['input', 'output', 'path'].includes(key) ? undefined : value
  })
}
