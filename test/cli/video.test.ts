/** The verb `video` says what is wrong before any model is opened. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

function video(args: readonly string[], env: NodeJS.ProcessEnv = process.env): { status: number | null; all: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'video', ...args], { encoding: 'utf8', env })
  return { status, all: stdout + stderr }
}

test('without an output, or with a number that is none, it is a wrong usage', (t) => {
  t.like(video(['clip.mp4']), { status: 2 })
  t.like(video(['clip.mp4', '-o', 'out.webm', '--start', 'soon']), { status: 2 })
  t.like(video(['clip.mp4', '-o', 'out.webm', '--codec', 'divx']), { status: 2 })
})

test('without ffmpeg it says what to install', (t) => {
  const { status, all } = video(['clip.mp4', '-o', 'out.webm'], { ...process.env, PATH: '/nowhere' })
  t.is(status, 6)
  t.regex(all, /ERR_FFMPEG_MISSING/)
  t.regex(all, /apt install ffmpeg/)
  t.regex(
    video(['clip.mp4', '-o', 'out.webm', '--ffmpeg', '/nowhere', '--json']).all,
    /^\{"error":\{"code":"ERR_FFMPEG_MISSING"/,
  )
})

test('raw frames are for both sides, and for flags that mean something for them', (t) => {
  for (const args of [
    ['-', '-o', 'out.webm'],
    ['clip.mp4', '-o', '-'],
    ['-', '-o', '-', '--fps', '5'],
    ['-', '-o', '-', '--preview', 'sheet.png'],
  ]) {
    const { status, all } = video(args)
    t.is(status, 2, args.join(' '))
    t.regex(all, /ERR_ARGUMENT/)
  }
})

test('live video is refused by address, and by flags that say nothing there, before any model is opened', (t) => {
  const live = ['-o', 'out.ts', '--live', '--background', 'green']
  const playlist = video(['https://host/list.m3u8', ...live])
  t.is(playlist.status, 3)
  t.regex(playlist.all, /https is refused \(ERR_INPUT_REFUSED\)[^]*--allow-http/)
  t.regex(video(['in.ts', ...live, '--smooth']).all, /expected nothing with --live for --smooth/)
  t.regex(video(['in.ts', '-o', 'out.mkv', '--allow-http']).all, /expected nothing without --live for --allow-http/)
})
