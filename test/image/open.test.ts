import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'
import sharp from 'sharp'
import { openPicture, type PictureInput } from '#dist/image/index.js'
import { failsWith, photo, rejectsAtOnce, scene, temporaryFolder } from './pictures.js'

test('every kind of input gives the same pixels', async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'scene.png')
  await scene().toFile(path)
  const bytes = await readFile(path)
  const data = await sharp(bytes).raw().toBuffer()
  const inputs: Record<string, PictureInput> = {
    [path]: path,
    [`a Buffer of ${bytes.length} bytes`]: bytes,
    [`a Uint8Array of ${bytes.length} bytes`]: new Uint8Array(bytes),
    [`an ArrayBuffer of ${bytes.length} bytes`]: new Uint8Array(bytes).buffer,
    [`a Blob of ${bytes.length} bytes`]: new Blob([bytes]),
    'a stream': createReadStream(path, { highWaterMark: 1000 }),
    'a sharp pipeline': sharp(bytes),
    'raw pixels, 96×64×3': { data, width: 96, height: 64, channels: 3 },
  }
  for (const [name, input] of Object.entries(inputs)) {
    const picture = await openPicture(input)
    t.is(picture.name, name)
    t.deepEqual([picture.width, picture.height, picture.depth, picture.hasAlpha], [96, 64, 'uchar', false], name)
    t.deepEqual(Buffer.from(await picture.rgb()), data, name)
  }
})

test('a sharp instance gives what its own pipeline makes, and stays usable', async (t) => {
  const pipeline = sharp(photo).extract({ left: 10, top: 20, width: 30, height: 40 }).negate().png()
  const picture = await openPicture(pipeline)
  t.deepEqual(Buffer.from(await picture.rgb()), await pipeline.clone().raw().toBuffer())
})

test('a path is read once: what happens to the file later changes nothing', async (t) => {
  const path = join(await temporaryFolder(t), 'scene.png')
  await scene().toFile(path)
  const picture = await openPicture(path)
  const before = await picture.rgb()
  await writeFile(path, 'gone')
  t.deepEqual(await picture.rgb(), before)
})

test('a missing file is ERR_INPUT_MISSING, and an address is not fetched', async (t) => {
  await failsWith(t, openPicture('/nowhere/at/all.png'), 'ERR_INPUT_MISSING', /\/nowhere\/at\/all\.png/)
  await failsWith(t, openPicture(join(photo, 'inside.png')), 'ERR_INPUT_MISSING')
  const { remedy } = await failsWith(t, openPicture('https://example.org/photo.jpg'), 'ERR_INPUT_MISSING')
  t.regex(remedy, /never fetched/)
})

test('folders, devices, FIFOs and files that cannot be read are ERR_INPUT_READ, at once', async (t) => {
  const folder = await temporaryFolder(t)
  const fifo = join(folder, 'fifo.png')
  await promisify(execFile)('mkfifo', [fifo])
  for (const path of [folder, fifo, '/dev/zero', '/proc/self/mem']) {
    await failsWith(t, openPicture(path), 'ERR_INPUT_READ')
  }
})

test('empty inputs are ERR_INPUT_EMPTY', async (t) => {
  const path = join(await temporaryFolder(t), 'empty.png')
  await writeFile(path, '')
  for (const input of [path, Buffer.alloc(0), new Blob([]), Readable.from([])]) {
    await failsWith(t, openPicture(input), 'ERR_INPUT_EMPTY')
  }
})

test('drawings, documents and HEIC are ERR_INPUT_REFUSED with the remedy, whatever they are named', async (t) => {
  const path = join(await temporaryFolder(t), 'drawing.png')
  await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
  for (const [input, format] of [
    [path, 'svg'],
    [Buffer.from('%PDF-1.7'), 'pdf'],
    [heic, 'heic'],
  ] as const) {
    const error = await failsWith(t, openPicture(input), 'ERR_INPUT_REFUSED')
    t.is(error.details['format'], format)
    t.regex(error.remedy, /Convert/)
  }
})

test('float samples are ERR_INPUT_REFUSED', async (t) => {
  const float = await scene().tiff({ predictor: 'float', compression: 'none' }).toBuffer()
  await failsWith(t, openPicture(float), 'ERR_INPUT_REFUSED', /float/)
})

test('what is no picture is ERR_INPUT_FORMAT', async (t) => {
  for (const content of ['hello', 'BM000000', '#!/bin/sh', '\0'.repeat(5000)]) {
    await failsWith(t, openPicture(Buffer.from(content)), 'ERR_INPUT_FORMAT')
  }
})

test('more bytes than the limit are ERR_INPUT_LIMIT, counted while they come', async (t) => {
  const limits = { bytes: 100_000 }
  let chunks = 0
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1000, ++chunks)
    })(),
  )
  await failsWith(t, openPicture(endless, { limits }), 'ERR_INPUT_LIMIT')
  t.true(endless.destroyed)
  t.true(chunks < 200)
  for (const input of [photo, await readFile(photo), new Blob([Buffer.alloc(100_001)])]) {
    const error = await failsWith(t, openPicture(input, { limits }), 'ERR_INPUT_LIMIT')
    t.is(error.details['limit'], 100_000)
  }
})

test('a file that grows while it is read is read to its end, or to the limit', async (t) => {
  const path = join(await temporaryFolder(t), 'growing.gif')
  await writeFile(path, Buffer.concat([await scene().gif().toBuffer(), Buffer.alloc(200_000)]))
  const growth = (async () => {
    for (let i = 0; i < 20; i++) await appendFile(path, Buffer.alloc(50_000))
  })()
  const picture = await openPicture(path)
  t.is(picture.format, 'gif')
  await growth
})

test('a header that is over the limit is refused before anything is decoded', async (t) => {
  const error = await failsWith(t, openPicture(hugePng(60_000, 60_000)), 'ERR_INPUT_LIMIT', /60000×60000/)
  t.like(error.details, { width: 60_000, height: 60_000, pixels: 3.6e9 })
  await failsWith(t, openPicture(hugePng(40_000, 10)), 'ERR_INPUT_LIMIT')
  await failsWith(t, openPicture(photo, { limits: { pixels: 512 * 512 - 1 } }), 'ERR_INPUT_LIMIT')
  await failsWith(t, openPicture(sharp(photo), { limits: { side: 511 } }), 'ERR_INPUT_LIMIT')
  await t.notThrowsAsync(openPicture(photo, { limits: { pixels: 512 * 512, side: 512 } }))
})

test('a decode that takes too long is ERR_INPUT_LIMIT', async (t) => {
  const slow = sharp(photo).resize(6000, 6000).median(9)
  const error = await failsWith(t, openPicture(slow, { limits: { seconds: 1 } }), 'ERR_INPUT_LIMIT', /longer than 1 s/)
  t.is(error.details['limit'], 1)
})

test('truncated and damaged pictures are ERR_INPUT_CORRUPT in every format', async (t) => {
  const encodings = {
    jpeg: scene().jpeg(),
    progressive: scene().jpeg({ progressive: true }),
    png: scene().png(),
    webp: scene().webp(),
    tiff: scene().tiff({ compression: 'lzw' }),
    gif: scene().gif(),
    avif: scene().avif({ effort: 0 }),
  }
  for (const [name, image] of Object.entries(encodings)) {
    const bytes = await image.toBuffer()
    for (const part of [0.05, 0.5, 0.97]) {
      const cut = bytes.subarray(0, Math.max(40, Math.floor(bytes.length * part)))
      const decoded = openPicture(cut).then((picture) => picture.rgb())
      await t.throwsAsync(decoded, { code: 'ERR_INPUT_CORRUPT' }, `${name} at ${part}`)
    }
  }
  const noise = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(300, 7)])
  await failsWith(t, openPicture(noise), 'ERR_INPUT_CORRUPT')
})

test('harmless oddities are no errors: bytes after the end, and extraneous ones between markers', async (t) => {
  const jpeg = await scene().jpeg().toBuffer()
  const jfif = 20
  const odd = Buffer.concat([jpeg.subarray(0, jfif), Buffer.alloc(3), jpeg.subarray(jfif), Buffer.alloc(100)])
  const picture = await openPicture(odd)
  t.is((await picture.rgb()).length, 96 * 64 * 3)
})

test('arguments of the wrong kind are ERR_ARGUMENT, and always a rejection', async (t) => {
  const data = Buffer.alloc(12)
  const wrong = [
    '',
    undefined,
    null,
    7,
    {},
    new URL('file:///tmp/a.png'),
    'a\0b',
    { data, width: 2, height: 2, channels: 4 },
  ]
  const alsoWrong = [
    { data: [1, 2, 3], width: 1, height: 1, channels: 3 },
    { data, width: 2, height: 2.5, channels: 3 },
  ]
  for (const input of [...wrong, ...alsoWrong]) {
    await failsWith(t, openPicture(input as PictureInput), 'ERR_ARGUMENT')
  }
  await failsWith(t, openPicture(photo, { limits: { seconds: 0 } }), 'ERR_ARGUMENT', /limits\.seconds/)
  await failsWith(t, openPicture(Readable.from(['text'])), 'ERR_ARGUMENT')
})

test('a stream that fails, or was read before, is ERR_INPUT_READ', async (t) => {
  const failing = new Readable({
    read() {
      this.destroy(new Error('the line went dead'))
    },
  })
  const error = await failsWith(t, openPicture(failing), 'ERR_INPUT_READ', /the line went dead/)
  t.truthy(error.cause)
  await failsWith(t, openPicture(failing), 'ERR_INPUT_READ')
})

test('an abort ends the wait at once: before, while a stream is silent, and while a picture is decoded', async (t) => {
  await failsWith(t, openPicture(photo, { signal: AbortSignal.abort() }), 'ERR_ABORTED')

  const silent = new Readable({ read: () => undefined })
  const controller = new AbortController()
  const waiting = openPicture(silent, { signal: controller.signal })
  await setTimeout(10)
  controller.abort(new Error('enough'))
  const error = await failsWith(t, waiting, 'ERR_ABORTED')
  t.is((error.cause as Error).message, 'enough')
  t.true(silent.destroyed)

  const later = new AbortController()
  const large = await scene(3000, 3000).jpeg().toBuffer()
  const picture = await openPicture(large, { signal: later.signal })
  const decoding = picture.rgb()
  await setTimeout(20)
  later.abort()
  await rejectsAtOnce(t, decoding)
})

/** A PNG whose header declares another size. */
function hugePng(width: number, height: number): Buffer {
  const head = Buffer.alloc(33)
  head.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  head.set([8, 2, 0, 0, 0], 24)
  head.writeUInt32BE(crc32(head.subarray(12, 29)), 29)
  const data = Buffer.alloc(12)
  data.write('IDAT', 4, 'latin1')
  data.writeUInt32BE(crc32(data.subarray(4, 8)), 8)
  return Buffer.concat([head, data])
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
