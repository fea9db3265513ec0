import test from 'ava'
import { sniff } from '#dist/image/index.js'
import { scene } from './pictures.js'

const text = (content: string) => Buffer.from(content, 'latin1')
const brands = (...names: string[]) => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(12 + 4 * names.length)
  return Buffer.concat([size, text(`ftyp${names[0]!}\0\0\0\0${names.slice(1).join('')}`), Buffer.alloc(64)])
}

test('each accepted format is known by what sharp writes', async (t) => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const) {
    t.is(sniff(await scene(8, 8).toFormat(format).toBuffer()), format)
  }
})

test('both byte orders of TIFF, and BigTIFF, are TIFF', (t) => {
  for (const head of ['II*\0', 'MM\0*', 'II+\0', 'MM\0+']) t.is(sniff(text(`${head}0000`)), 'tiff')
})

test('SVG is known with and without a prologue', (t) => {
  t.is(sniff(text('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'svg')
  t.is(
    sniff(text('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>'.replace('<svg/>', '<svg width="1"/>'))),
    'svg',
  )
  t.is(sniff(text('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "">')), 'svg')
  t.is(sniff(text('<html><body>no drawing</body></html>')), undefined)
})

test('PDF is known even after a few foreign bytes', (t) => {
  t.is(sniff(text('%PDF-1.7\n')), 'pdf')
  t.is(sniff(text('\n\n%PDF-1.4\n')), 'pdf')
})

test('of ISO base media, AVIF is told from HEIC by any of its brands, and films are neither', (t) => {
  t.is(sniff(brands('avif', 'mif1')), 'avif')
  t.is(sniff(brands('mif1', 'miaf', 'avif')), 'avif')
  t.is(sniff(brands('heic', 'mif1')), 'heic')
  t.is(sniff(brands('mif1', 'heic')), 'heic')
  t.is(sniff(brands('isom', 'mp42')), undefined)
})

test('brands are looked for inside their box only', (t) => {
  const heic = brands('heic', 'mif1')
  heic.write('avif', heic.readUInt32BE(0), 'latin1')
  t.is(sniff(heic), 'heic')
})

test('short, empty and foreign bytes are nothing', (t) => {
  for (const content of ['', 'B', 'BM', 'RIFF0000WAVE', 'hello', '\0\0\0\0ftyp', '\x1f\x8b\x08']) {
    t.is(sniff(text(content)), undefined, content)
  }
})
