/** Pairs to measure: a truth with holes, hair and specks, and a prediction that is soft, shifted and wrong in places. */

import { createHash } from 'node:crypto'
import { link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const distinct = 10

/** Names of `count` pairs in `gt` and `pred` of a folder; ten differ, the others are links to them. */
export async function makePairs(folder, count, side) {
  for (const kind of ['gt', 'pred']) await mkdir(join(folder, kind))
  const names = Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}.png`)
  for (const [index, name] of names.entries()) {
    if (index < distinct) await drawPair(folder, name, index, side)
    else
      for (const kind of ['gt', 'pred'])
        await link(join(folder, kind, names[index % distinct]), join(folder, kind, name))
  }
  return names
}

async function drawPair(folder, name, seed, side) {
  const random = numbers(seed)
  const hairs = Array.from({ length: 120 }, () => {
    const [angle, length, bend] = [random() * 6.283, 12 + 20 * random(), random() - 0.5]
    const at = (radius, turn) => `${50 + radius * Math.cos(angle + turn)},${50 + radius * Math.sin(angle + turn)}`
    return `<path d="M${at(20, 0)} Q${at(30, bend)} ${at(20 + length, bend)}" stroke-width="${0.05 + 0.2 * random()}"/>`
  })
  const specks = (count) =>
    Array.from({ length: count }, () => `<circle cx="${100 * random()}" cy="${100 * random()}" r="${0.1 + random()}"/>`)
  const holes = specks(12).join('')
  const shape = `<g fill="none" stroke="#fff">${hairs.join('')}</g><ellipse cx="50" cy="50" rx="24" ry="28" fill="#fff"/>`
  const truth = `${shape}<g fill="#fff">${specks(8).join('')}</g><g fill="#000">${holes}</g>`
  const prediction = `<g transform="translate(.2 .1)">${shape}<g fill="#aaa">${specks(8).join('')}</g></g>`
  await draw(truth, side)
    .threshold(128)
    .toFile(join(folder, 'gt', name))
  await draw(prediction, side)
    .blur(Math.max(0.5, side / 700))
    .toFile(join(folder, 'pred', name))
}

function draw(content, side) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 100 100"><rect width="100" height="100"/>${content}</svg>`
  return sharp(Buffer.from(svg)).removeAlpha().toColourspace('b-w').png()
}

/** From 0 to 1, from a seed. */
function numbers(seed) {
  const bytes = createHash('shake256', { outputLength: 4096 }).update(`pair ${seed}`).digest()
  let at = 0
  return () => bytes.readUInt32LE((at = (at + 4) % bytes.length)) / 2 ** 32
}
