/** A small library, small weights and their packages, for tests of set-up without a network. */

import { createHash } from 'node:crypto'
import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'
import { loadRecipe, type Recipe } from '#dist/models/index.js'
import type { PinnedLibrary } from '#dist/setup/libraries.js'
import type { FakeNpm } from '../store/fake-npm.js'

const file = 'package/bin/libsmall.so.1'

/** Height and width. */
export const networkSize = [8, 8] as const

const pdfnet = loadRecipe('pdfnet')
const depth = loadRecipe('depth-anything-v2-small')

/** PDFNet's recipe for pictures of 64×64: of the golden checkpoint `pdfnet-tiny.pth`. */
export const smallPdfnet: Recipe = { ...pdfnet, name: 'pdfnet-tiny', input: { ...pdfnet.input, size: [64, 64] } }

/** Depth Anything's for the golden checkpoint `depth-anything-v2-tiny.pth`. */
export const smallDepth: Recipe = { ...depth, name: 'depth-tiny', config: { num_heads: 3, layers: [2, 5, 8, 11] } }

/** A network that adds the channels up, each times `factor`. */
export async function writeNetwork(path: string, factor: number, external = false): Promise<void> {
  const b = new GraphBuilder('sum')
  const image = b.input('input', 'float32', [1, 3, ...networkSize])
  // Large enough, with its padding, to be written as external data.
  const kernel = Buffer.alloc(4 * 3 * 21 * 21)
  for (let i = 0; i < kernel.length; i += 4) kernel.writeFloatLE(factor, i)
  const weight = b.weight('weight', 'float32', [1, 3, 21, 21], { kind: 'bytes', bytes: kernel })
  const sum = b.node('Conv', [image, weight], { pads: [10, 10, 10, 10] }, { name: 'output' })
  b.output(sum, 'float32', [1, 1, ...networkSize])
  await writeOnnx(b.build(), path, { external })
}

export async function smallLibrary(npm: FakeNpm, name: string): Promise<PinnedLibrary> {
  const data = `the library ${name}`
  const pack = await npm.publish(name, [
    { path: 'package/package.json', data: '{}' },
    { path: file, data },
  ])
  return {
    title: 'Small',
    version: '1.0.0',
    npm: pack,
    file,
    bytes: data.length,
    sha256: sha256Of(data),
    licence: 'MIT',
    licenceSource: 'the test',
  }
}

/** IS-Net's recipe with other weights: `data`, in pieces of 1000 bytes in a package named `name`. */
export async function smallRecipe(npm: FakeNpm, name: string, data: Buffer): Promise<Recipe> {
  const pieces = Array.from({ length: Math.ceil(data.length / 1000) }, (_, i) =>
    data.subarray(i * 1000, i * 1000 + 1000),
  )
  const chunks = pieces.map((piece, i) => ({ hash: sha256Of(piece), offsets: [i * 1000, i * 1000 + piece.length] }))
  const pack = await npm.publish(name, [
    { path: 'package/dist/index.mjs', data: 'throw new Error("run")' },
    { path: 'package/dist/resources.json', data: JSON.stringify({ '/small': { chunks } }) },
    ...pieces.map((piece) => ({ path: `package/dist/${sha256Of(piece)}`, data: piece })),
  ])
  const weights = {
    npm: pack,
    resources: 'dist/resources.json',
    resource: '/small',
    bytes: data.length,
    sha256: sha256Of(data),
  }
  return { ...loadRecipe('isnet'), name, weights }
}

export function sha256Of(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
