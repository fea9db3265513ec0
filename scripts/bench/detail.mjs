/** What a large picture takes beside its engine: memory, and the event loop's delay, with detail tiles and without. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { root, run } from '../steps.mjs'
import { spread, table } from './statistics.mjs'

const [width, height] = [6000, 4000]
const MiB = 2 ** 20

/** What is wanted of detail tiles. */
const most = { perPixel: 16, fixed: 64 * MiB, delay: 20 }

const kinds = [
  ['detail off', { detail: 'off', foreground: false }],
  ['detail auto', { detail: 'auto', foreground: false }],
  ['detail auto, 16-bit picture', { detail: 'auto', foreground: false }, 'png'],
  ['detail full', { detail: 'full', foreground: false }],
  ['detail auto, mirrored', { detail: 'auto', augment: true, foreground: false }],
  ['detail auto, uncertainty', { detail: 'auto', uncertainty: true, foreground: false }],
  ['detail auto, foreground colours', { detail: 'auto' }],
]

export const options = { rounds: { type: 'string', default: '3' } }

export async function bench({ rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const photo = sharp(join(root, 'test/fixtures/photos/coffee.png')).resize(width, height, { fit: 'fill' })
    const pictures = { jpg: join(folder, 'photo.jpg'), png: join(folder, 'photo.png') }
    await photo.clone().jpeg().toFile(pictures.jpg)
    await photo.clone().toColourspace('rgb16').png({ compressionLevel: 1 }).toFile(pictures.png)
    const rows = []
    for (const [name, asked, format = 'jpg'] of kinds) {
      const runs = []
      for (let round = 0; round < Number(rounds); round++) runs.push(await once(pictures[format], asked))
      rows.push(rowOf(name, runs))
    }
    return report(rows, rounds)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** In a process of its own, whose memory is then its. */
async function once(picture, asked) {
  const program = fileURLToPath(new URL('detail-run.mjs', import.meta.url))
  return JSON.parse(
    await run(process.execPath, ['--conditions=pdfnet-test', '--expose-gc', program, picture, JSON.stringify(asked)]),
  )
}

function rowOf(name, runs) {
  const column = (of, digits) => spread(runs.map(of), digits)
  return [
    name,
    runs[0].tiles,
    column(({ bytes }) => bytes / MiB, 0),
    column(({ bytes }) => Math.max(0, bytes - most.fixed) / (width * height), 1),
    column(({ longest, idle }) => Math.max(0, longest - idle), 1),
  ]
}

function report(rows, rounds) {
  const head = ['', 'tiles', 'memory, MiB', 'bytes a pixel, beyond 64 MiB', 'longest delay, ms']
  return [
    `A picture of ${width}×${height} pixels, from its file to its matte, on the fake engine, which finds every pixel half`,
    'opaque: so there are as many tiles as can be, and colours are estimated everywhere. Memory is the largest resident',
    'set beyond that of the same process after a small picture, and beyond what the fake keeps as a GPU does in its own',
    'memory, 4 or 5 bytes a pixel; the delay is the longest of the event loop beyond an idle one’s 99th percentile.',
    `Wanted: at most ${most.perPixel} bytes a pixel and ${most.delay} ms.`,
    `${rounds} runs; median (lowest–highest).`,
    '',
    table([head, ...rows]),
  ].join('\n')
}
