import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'
import { torchEntries, torchFile, writeSparse, zipChunks } from './files.js'
import { fileOf, fixture, float32, opened, turnedDown } from './help.js'
import { dict, storage, tensor } from './pickles.js'

test('a file that is missing, a folder, a pipe or unreadable is told apart from a bad checkpoint', async (t) => {
  const folder = await temporaryFolder(t)
  await rejectsWith(t, 'ERR_INPUT_MISSING', openCheckpoint(join(folder, 'none.pth')))
  await rejectsWith(t, 'ERR_INPUT_READ', openCheckpoint(folder))
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
  await rejectsWith(t, 'ERR_INPUT_READ', openCheckpoint(join(folder, 'pipe')))
  for (const bad of ['', 'a\0b', 5, undefined]) await rejectsWith(t, 'ERR_ARGUMENT', openCheckpoint(bad as string))
})

test('empty and foreign files are turned down; a pointer of Git LFS is told', async (t) => {
  await turnedDown(t, Buffer.alloc(0), 'ERR_CHECKPOINT_FORMAT', /is empty/)
  const foreign = [
    '8',
    '{"not": "weights"}',
    '\x89PNG\r\n\x1a\n0000',
    '<!doctype html>',
    '\x80',
    '\x80\x01',
    'PK\x05\x06',
  ]
  for (const text of foreign) {
    await turnedDown(t, Buffer.from(text, 'latin1'), 'ERR_CHECKPOINT_FORMAT', /not a checkpoint of PyTorch/)
  }
  const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 395000000\n')
  const error = await turnedDown(t, pointer, 'ERR_CHECKPOINT_FORMAT', /pointer of Git LFS/)
  t.is(error.remedy, 'Run: git lfs pull')
})

test('ranges lead to the real file, through a link', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'real'))
  const file = join(folder, 'real', 'types.pth')
  await writeFile(file, await readFile(fixture('types.pth')))
  await symlink(file, join(folder, 'link.pth'))
  const checkpoint = await opened(t, join(folder, 'link.pth'))
  t.is(checkpoint.path, file)
  t.is(checkpoint.entries.get('a.float32')!.range!.path, file)
})

test('a closed checkpoint refuses reads, and close may be called again', async (t) => {
  const checkpoint = await openCheckpoint(fixture('views.pth'))
  await checkpoint.close()
  await checkpoint.close()
  for (const name of ['whole', 'transposed']) {
    await rejectsWith(t, 'ERR_DISPOSED', checkpoint.tensor(name))
    await rejectsWith(t, 'ERR_DISPOSED', checkpoint.pieces(name).next())
  }
  await (await openCheckpoint(fixture('views.pth')))[Symbol.asyncDispose]()
})

test('a tensor that is not there is ERR_ARGUMENT, and is not thrown at once', async (t) => {
  const checkpoint = await opened(t, fixture('views.pth'))
  const error = await rejectsWith(t, 'ERR_ARGUMENT', checkpoint.tensor('nothing'))
  t.regex(error.message, /the name of a tensor of .*views\.pth for name, got "nothing"/)
  await rejectsWith(t, 'ERR_ARGUMENT', checkpoint.pieces('nothing').next())
})

test('a file that becomes shorter is an error of the read, not fewer bytes', async (t) => {
  const path = await fileOf(t, torchFile(dict({ w: tensor([2, 3], [3, 1]) }), { 0: float32(1, 2, 3, 4, 5, 6) }))
  const checkpoint = await opened(t, path)
  await truncate(path, checkpoint.entries.get('w')!.range!.offset + 8)
  const error = await rejectsWith(t, 'ERR_CHECKPOINT_FORMAT', checkpoint.tensor('w'))
  t.true(error.message.startsWith(`${path}: `), error.message)
  await appendFile(path, Buffer.alloc(100))
  await t.notThrowsAsync(checkpoint.tensor('w'))
})

test('an abort ends opening and reading with the reason as its cause', async (t) => {
  const gone = AbortSignal.abort(new Error('enough'))
  const error = await rejectsWith(t, 'ERR_ABORTED', openCheckpoint(fixture('views.pth'), { signal: gone }))
  t.is((error.cause as Error).message, 'enough')

  const control = new AbortController()
  const { path } = await large(t)
  const checkpoint = await openCheckpoint(path, { signal: control.signal })
  t.teardown(() => checkpoint.close())
  const reads = ['w', 'transposed'].map((name) => rejectsWith(t, 'ERR_ABORTED', checkpoint.tensor(name)))
  setTimeout(() => control.abort(), 5)
  await Promise.all(reads)
  t.is(
    (
      (await checkpoint
        .pieces('w')
        .next()
        .catch((cause: unknown) => cause)) as Error
    ).name,
    'AbortError',
  )
})

/** 256 MiB of zeros that takes no room, viewed straight and transposed. */
async function large(t: Parameters<typeof temporaryFolder>[0]): Promise<{ readonly path: string }> {
  const path = join(await temporaryFolder(t), 'large.pth')
  const of = storage('0', 2 ** 26)
  const root = dict({
    w: tensor([2 ** 13, 2 ** 13], [2 ** 13, 1], { of }),
    transposed: tensor([2 ** 13, 2 ** 13], [1, 2 ** 13], { of }),
    corner: tensor([1024, 2048], [1, 1024], { of }),
  })
  await writeSparse(path, zipChunks(torchEntries(root, { 0: 2 ** 28 })))
  return { path }
}

test('opening a large file and going through it in pieces takes little memory', async (t) => {
  const { path } = await large(t)
  const before = process.memoryUsage()
  const checkpoint = await opened(t, path)
  let most = 0
  let bytes = 0
  for await (const piece of checkpoint.pieces('w')) {
    bytes += piece.length
    if (bytes % (32 << 20) === 0) globalThis.gc?.()
    most = Math.max(most, process.memoryUsage().rss - before.rss)
  }
  t.is(bytes, 2 ** 28)
  t.true(most < 128 << 20, `${most}`)
})

test('a large strided tensor is copied off the JavaScript thread', async (t) => {
  const { path } = await large(t)
  const checkpoint = await opened(t, path)
  const { data, shape } = await checkpoint.tensor('corner')
  t.deepEqual(shape, [1024, 2048])
  t.is(data.length, 8 << 20)
  const reading = checkpoint.tensor('transposed')
  await checkpoint.close()
  await rejectsWith(t, 'ERR_DISPOSED', reading)
})
