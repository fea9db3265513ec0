import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'
import sharp from 'sharp'
import { alphaImage, cutAlpha, cutout, formatOf, openPicture, writePicture } from '#dist/image/index.js'
import { deepScene, failsWith, photo, ramp, rejectsAtOnce, scene, temporaryFolder } from './pictures.js'

test('a picture is written whole, in the format that the path names, and nothing else is left', async (t) => {
  const folder = await temporaryFolder(t)
  for (const [name, format] of [
    ['a.png', 'png'],
    ['b.WEBP', 'webp'],
    ['c.tif', 'tiff'],
    ['d.avif', 'heif'],
    ['e.jpg', 'jpeg'],
  ] as const) {
    const path = join(folder, name)
    const { bytes } = await writePicture(scene(), path)
    t.is((await readFile(path)).length, bytes)
    t.is((await sharp(path).metadata()).format, format)
  }
  t.deepEqual(await readdir(folder), ['a.png', 'b.WEBP', 'c.tif', 'd.avif', 'e.jpg'])
})

test('cut-outs keep alpha in PNG, WebP, TIFF and AVIF, and 16 bits in PNG and TIFF', async (t) => {
  const folder = await temporaryFolder(t)
  const picture = await openPicture(await deepScene().png().toBuffer())
  const image = cutout(picture, await cutAlpha(picture, ramp(96, 64, 'ushort')))
  for (const name of ['a.png', 'a.webp', 'a.tiff', 'a.avif']) {
    await writePicture(image, join(folder, name))
    const { hasAlpha, depth } = await sharp(join(folder, name)).metadata()
    t.true(hasAlpha, name)
    t.is(depth, /png|tiff/.test(name) ? 'ushort' : 'uchar', name)
  }
  const samples = (name: string) => sharp(join(folder, name)).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
  t.deepEqual(await samples('a.tiff'), await samples('a.png'))
})

test('an alpha is written by itself, in 8 and 16 bits', async (t) => {
  const path = join(await temporaryFolder(t), 'alpha.png')
  await writePicture(alphaImage(ramp(20, 10, 'ushort')), path)
  t.like(await sharp(path).metadata(), { channels: 1, depth: 'ushort' })
})

test('the format follows from the extension, and JPEG is refused where there is alpha', (t) => {
  t.is(formatOf('x/y.PNG'), 'png')
  t.is(formatOf('x.tif', { alpha: true }), 'tiff')
  t.is(formatOf('x.jpeg'), 'jpeg')
  for (const path of ['x', 'x.gif', 'x.heic', '.png', 'png'])
    t.throws(() => formatOf(path), { code: 'ERR_OUTPUT_FORMAT' })
  t.throws(() => formatOf('x.jpg', { alpha: true }), { code: 'ERR_OUTPUT_FORMAT', message: /JPEG has no alpha/ })
})

test('a picture that is too large for a format is ERR_OUTPUT_FORMAT, and nothing is left', async (t) => {
  const folder = await temporaryFolder(t)
  await failsWith(t, writePicture(scene(20_000, 1), join(folder, 'a.webp')), 'ERR_OUTPUT_FORMAT', /WebP/)
  t.deepEqual(await readdir(folder), [])
})

test('folders that are missing or cannot be written to, and targets that are no files, are ERR_OUTPUT_WRITE', async (t) => {
  const folder = await temporaryFolder(t)
  for (const path of [join(folder, 'no/a.png'), join(photo, 'a.png'), '/sys/a.png']) {
    await failsWith(t, writePicture(scene(), path), 'ERR_OUTPUT_WRITE')
  }
  await failsWith(t, writePicture(scene(), folder, { format: 'png' }), 'ERR_OUTPUT_WRITE', /not a regular file/)
  await failsWith(t, writePicture(scene(), '/dev/null', { format: 'png' }), 'ERR_OUTPUT_WRITE', /not a regular file/)
  t.deepEqual(await readdir(folder), [])
})

test('an older file is replaced, or kept as it was when writing fails', async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'a.png')
  await writeFile(path, 'old')
  await writePicture(scene(), path)
  t.is((await sharp(path).metadata()).width, 96)
  await writeFile(path, 'old')
  await failsWith(t, writePicture(sharp(Buffer.from('no picture')), path), 'ERR_OUTPUT_WRITE')
  t.is(await readFile(path, 'utf8'), 'old')
  t.deepEqual(await readdir(folder), ['a.png'])
})

test('a disk without room is ERR_OUTPUT_WRITE, and nothing is left', async (t) => {
  const folder = await temporaryFolder(t)
  const child = fileURLToPath(new URL('write-limited.js', import.meta.url))
  const node = [process.execPath, ...process.execArgv.filter((flag) => flag.startsWith('--conditions')), child]
  const { stdout } = await promisify(execFile)('prlimit', ['--fsize=4096', ...node, join(folder, 'a.png')])
  t.deepEqual(JSON.parse(stdout), { code: 'ERR_OUTPUT_WRITE', cause: 'EFBIG' })
  t.deepEqual(await readdir(folder), [])

  const error = await failsWith(t, writePicture(scene(), createWriteStream('/dev/full')), 'ERR_OUTPUT_WRITE')
  t.is((error.cause as NodeJS.ErrnoException).code, 'ENOSPC')
})

test('a stream gets all the bytes and is ended', async (t) => {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk)
      done()
    },
  })
  const { bytes } = await writePicture(scene(), sink, { format: 'webp' })
  t.true(sink.writableFinished)
  t.is(Buffer.concat(chunks).length, bytes)
  t.is((await sharp(Buffer.concat(chunks)).metadata()).format, 'webp')
})

test('an abort ends the wait at once and leaves nothing', async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'a.png')
  await failsWith(t, writePicture(scene(), path, { signal: AbortSignal.abort() }), 'ERR_ABORTED')
  for (const delay of [1, 5, 20, 60, 100]) {
    const controller = new AbortController()
    const writing = writePicture(scene(2000, 2000), path, { signal: controller.signal })
    await setTimeout(delay)
    controller.abort()
    await rejectsAtOnce(t, writing)
    t.deepEqual(await readdir(folder), [])
  }
  await setTimeout(500)
  t.deepEqual(await readdir(folder), [], 'nor later, when the work in flight has ended')
})

test('what was a link becomes the picture, and where it led stays as it was', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'target'), 'precious')
  await symlink('target', join(folder, 'a.png'))
  await writePicture(scene(), join(folder, 'a.png'))
  t.is(await readFile(join(folder, 'target'), 'utf8'), 'precious')
})
