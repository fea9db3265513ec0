/** Exports in a thread of their own: the loop stays free, and an abort leaves nothing behind. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { exportModel } from '#dist/index.js'
import { temporaryFolder } from '../native/addon.js'
import { golden } from '../models/network.js'

const small = (folder: string) => ({
  model: 'pdfnet',
  weights: join(golden, 'pdfnet-tiny.pth'),
  config: join(golden, 'pdfnet-tiny.json'),
  size: [256, 256] as const,
  output: join(folder, 'out.onnx'),
})

test('a network comes out as from the thread that asked', async (t) => {
  const folder = await temporaryFolder(t)
  const stages = new Set<string>()
  const { path, nodes } = await exportModel({ ...small(folder), onProgress: ({ stage }) => stages.add(stage) })
  t.is(path, join(folder, 'out.onnx'))
  t.true(nodes > 1000)
  t.true(stages.has('write'))
})

test('mistakes are refused as by the thread itself', async (t) => {
  const folder = await temporaryFolder(t)
  await t.throwsAsync(exportModel({ ...small(folder), precision: 'fp8' as never }), { code: 'ERR_ARGUMENT' })
  const error = await t.throwsAsync(exportModel({ ...small(folder), size: [250, 250] }))
  t.like(error, { code: 'ERR_ARGUMENT' })
  t.deepEqual(await readdir(folder), [])
})

test('an abort at any moment leaves nothing, or the whole file', async (t) => {
  for (const milliseconds of [0, 100, 300, 600, 1200]) {
    const folder = await temporaryFolder(t)
    const signal = AbortSignal.timeout(milliseconds)
    const ended = await exportModel({ ...small(folder), signal }).then(
      () => 'done',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    )
    const left = await readdir(folder)
    t.true(
      ended === 'done' ? left.includes('out.onnx') : ended === 'ERR_ABORTED' && left.length === 0,
      `${ended}: ${left.join()}`,
    )
  }
})
