/** Tells what a file is by its first bytes; its name is never asked. */

/** Formats that are decoded. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif'

/** Formats that are known and refused: they draw, embed, or need a decoder that is not shipped. */
export type RefusedFormat = 'svg' | 'pdf' | 'heic'

const textWindow = 1024

/** What the bytes are, or undefined for all else. Looks at the first kilobyte only. */
export function sniff(bytes: Uint8Array): PictureFormat | RefusedFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, textWindow))
  const text = head.toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp'
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif'
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff'
  if (text.startsWith('ftyp', 4)) return sniffBrands(head, text)
  if (text.includes('%PDF-')) return 'pdf'
  if (/^(\xef\xbb\xbf)?\s*</.test(text) && /<svg[\s>]|<!doctype\s+svg/i.test(text)) return 'svg'
  return undefined
}

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'])

/** ISO base media: the major brand may be a general one (mif1), so AVIF is looked for among all of them first. */
function sniffBrands(head: Buffer, text: string): 'avif' | 'heic' | undefined {
  const end = head.length < 4 ? 0 : Math.min(head.readUInt32BE(0), head.length)
  const brands = [text.slice(8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text.slice(at, at + 4))
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  return brands.some((brand) => heicBrands.has(brand)) ? 'heic' : undefined
}
