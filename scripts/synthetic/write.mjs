/** Writes what was rendered: PNG files, motion as .flo, and a record of the scene with hashes of the samples. */

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import sharp from 'sharp'

/** @param frame its number, or undefined of a still picture */
export async function writeScene(folder, { size }, planes, frame) {
  await mkdir(folder, { recursive: true })
  const suffix = frame === undefined ? '' : `-${String(frame).padStart(4, '0')}`
  const names = ['composite', 'alpha', 'foreground', 'background']
  await Promise.all(names.map((name) => writePng(join(folder, `${name}${suffix}.png`), planes[name], size)))
  if (planes.flow) await writeFlow(join(folder, `flow${suffix}.flo`), planes.flow, size)
  return Object.fromEntries(Object.entries(planes).map(([name, samples]) => [name, sha256(samples)]))
}

export function writeRecord(folder, record) {
  return writeFile(join(folder, 'scene.json'), `${JSON.stringify(record, null, 2)}\n`)
}

/** Of the samples, little-endian, whatever a file's compression makes of them. */
export function sha256(samples) {
  return createHash('sha256').update(bytesOf(samples)).digest('hex')
}

async function writePng(path, samples, size) {
  const grey = samples instanceof Uint16Array
  await sharp(samples, { raw: { width: size, height: size, channels: grey ? 1 : 3 }, limitInputPixels: false })
    .toColourspace(grey ? 'grey16' : 'srgb')
    .png({ compressionLevel: 2, adaptiveFiltering: false })
    .toFile(path)
}

/** Middlebury's format: the float 202021.25, width and height as int32, then x and y of each pixel, float32, all little-endian. */
async function writeFlow(path, flow, size) {
  const head = Buffer.alloc(12)
  head.writeFloatLE(202021.25, 0)
  head.writeInt32LE(size, 4)
  head.writeInt32LE(size, 8)
  await pipeline(function* () {
    yield head
    yield bytesOf(flow)
  }, createWriteStream(path))
}

function bytesOf({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength)
}
