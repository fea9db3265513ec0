/** Photographs from file to file by the command line: one, a folder, a large one; and the verb bench. */

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { loadRecipe } from '../../dist/models/index.js'
import { command } from './command.mjs'
import { difference, shownDifference } from './compare.mjs'
import { effort, engineOf } from './device.mjs'
import { photo } from './pictures.mjs'
import { percent } from './speed.mjs'

const { tolerance } = loadRecipe('isnet')
/** Of alphas of 8 bits: each of the two is rounded. */
const largest = Math.floor(tolerance.largest * 255 + 1)
const names = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg']

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-proof-'))
  try {
    await results.attempt('one photograph', () => one(results, folder, device))
    await results.attempt('a folder', () => many(results, folder, options))
    await results.attempt('24 megapixels', () => large(results, folder, device))
    if (effort(options).count > 2) await results.attempt('bench', () => bench(results, device))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function one(results, folder, device) {
  const alphaOf = async (on) => {
    const file = join(folder, `${on}.png`)
    const words = ['matte', photo('astronaut.png'), '-d', on, '--output', 'alpha', '-o', file]
    const { seconds, lines } = await command(words)
    results.figure(`\`matte\`, one photograph, ${on}`, `${seconds.toFixed(2)} s from start to end`)
    return { reason: lines.at(-1).device.reason, alpha: await sharp(file).extractChannel(0).raw().toBuffer() }
  }
  const [found, expected] = [await alphaOf(device), await alphaOf('cpu')]
  const apart = difference(found.alpha, expected.alpha)
  results.figure('why that device', found.reason)
  results.check(
    'its 8-bit alpha beside the CPU device, mean / largest',
    shownDifference(apart),
    `at most ${tolerance.mean * 255} / ${largest}`,
    apart.mean <= tolerance.mean * 255 && apart.largest <= largest,
  )
}

async function many(results, folder, options) {
  const { device } = options
  const count = effort(options).count > 2 ? 128 : 4
  const source = join(folder, 'photographs')
  await mkdir(source)
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const shot = sharp(photo(names[index % names.length])).resize(1920, 1080, { fit: 'cover' })
      return shot.jpeg({ quality: 90 }).toFile(join(source, `${index}.jpg`))
    }),
  )
  for (const [output, more] of [
    ['alpha', []],
    ['cutout', []],
    ['cutout', ['--format', 'webp']],
    ['cutout', ['--concurrency', '4']],
  ]) {
    const target = join(folder, `${output}-${more.join('')}`)
    const words = ['matte', source, '-d', device, '--output', output, '-o', `${target}/`, ...more]
    const { seconds, lines } = await command(words)
    const { summary } = lines.at(-1)
    const written = (await readdir(target)).filter((name) => /\.(png|webp)$/.test(name)).length
    const shown = [`${count} of 1920×1080`, output, ...more].join(' ')
    results.check(`a folder, ${shown}`, `${written} written, ${summary.failed} failed`, `${count}`, written === count)
    const { picturesPerSecond, bottleneck, stages } = summary
    results.figure(
      `— pictures a second, and from start to end`,
      `${picturesPerSecond.toFixed(1)} (${bottleneck ?? 'nothing'} is at its limit: ${busyOf(stages)}), ${seconds.toFixed(1)} s`,
    )
  }
}

function busyOf(stages) {
  return Object.entries(stages)
    .map(([name, { busy }]) => `${name} ${percent(busy)}`)
    .join(', ')
}

async function large(results, folder, device) {
  const source = join(folder, 'large.jpg')
  const shot = sharp(photo('coffee.png')).resize(6000, 4000, { fit: 'cover', kernel: 'cubic' })
  await shot.jpeg({ quality: 90 }).toFile(source)
  for (const detail of ['off', 'auto', 'full']) {
    const words = ['matte', source, '-d', device, '--detail', detail, '--output', 'cutout']
    const { seconds, lines } = await command([...words, '-o', join(folder, `${detail}.png`)], { minutes: 5 })
    const { timings } = lines.at(-1)
    const parts = Object.entries(timings).map(([name, time]) => `${name} ${Math.round(time)}`)
    results.figure(`24 megapixels, --detail ${detail}`, `${seconds.toFixed(1)} s; ms: ${parts.join(', ')}`)
  }
}

async function bench(results, device) {
  const words = ['bench', '-d', device, '--rounds', '3', '--duration', '2']
  const { lines } = await command([...words, '--versus', 'concurrency=4'])
  results.note(
    `\`pdfnet-trt bench --versus concurrency=4\` says:\n\n\`\`\`json\n${JSON.stringify(lines.at(-1), null, 1)}\n\`\`\``,
  )
}
