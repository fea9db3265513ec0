import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { exitCodes } from '#dist/errors.js'
import { golden } from '../models/network.js'
import { temporaryFolder } from '../native/addon.js'
import { command } from './command.js'

const weights = join(golden, 'pdfnet-tiny.pth')

test('export writes an ONNX file and says what is in it', async (t) => {
  const out = join(await temporaryFolder(t), 'tiny.onnx')
  const { status, stdout } = await command([
    ...['export', 'pdfnet', '--weights', weights, '-o', out],
    ...['--size', '64', '--batch', '2', '--target', 'tensorrt', '--json'],
  ])
  t.is(status, 0)
  const { path, inputs } = JSON.parse(stdout) as { path: string; inputs: Record<string, readonly number[]> }
  t.is(path, out)
  t.deepEqual(inputs, { image: [2, 3, 64, 64], depth: [2, 1, 64, 64] })
})

test('export writes a chain into a folder and names its manifest', async (t) => {
  const out = join(await temporaryFolder(t), 'chain')
  const args = ['export', 'pdfnet', '--weights', weights, '--size', '32', '--io', 'image', '-o', out]
  const { status, stdout, stderr } = await command(args)
  t.is(status, 0, stderr)
  t.true(stdout.startsWith(`${join(out, 'manifest.json')}\n`))
  t.true((await readdir(out)).includes('core.onnx'))
})

test('export writes a depth network for pictures of any size, alone or with what prepares them', async (t) => {
  const folder = await temporaryFolder(t)
  const args = ['export', 'depth-anything-v2-small', '--random-weights', '1', '-o']
  const chain = await command([...args, join(folder, 'chain'), '--io', 'image'])
  t.is(chain.status, 0, chain.stderr)
  t.true((await readdir(join(folder, 'chain'))).includes('depth-pre.onnx'))
  const alone = await command([...args, join(folder, 'depth.onnx'), '--size', 'any', '--json'])
  t.is(alone.status, 0, alone.stderr)
  const { inputs } = JSON.parse(alone.stdout) as { inputs: unknown }
  t.deepEqual(inputs, { image: [1, 3, 'height', 'width'] })
})

test('a full disk ends the export of a chain with no folder', async (t) => {
  const folder = await temporaryFolder(t)
  const args = ['export', 'pdfnet', '--weights', weights, '--size', '32', '--io', 'image', '-o', join(folder, 'chain')]
  const { status, stderr } = await command(args, { under: ['prlimit', '--fsize=1000000'] })
  t.is(status, exitCodes.output, stderr)
  t.deepEqual(await readdir(folder), [])
})

test('export lists every weight that does not fit', async (t) => {
  const folder = await temporaryFolder(t)
  const other = join(golden, 'depth-anything-v2-tiny.pth')
  const { status, stderr } = await command(['export', 'pdfnet', '--weights', other, '-o', join(folder, 'x.onnx')])
  t.is(status, exitCodes.model)
  t.regex(stderr, /channel_mix\.0\.weight: expected \[128, 512, 3, 3\], found nothing/)
  t.regex(stderr, /depth_head\.projects\.0\.weight: expected nothing, found \[/)
  t.deepEqual(await readdir(folder), [])
})

test('a full disk ends export with nothing half-written', async (t) => {
  const folder = await temporaryFolder(t)
  const args = ['export', 'pdfnet', '--weights', weights, '--size', '32', '-o', join(folder, 'tiny.onnx')]
  const { status, stderr } = await command(args, { under: ['prlimit', '--fsize=1000000'] })
  t.is(status, exitCodes.output, stderr)
  t.deepEqual(await readdir(folder), [])
})

for (const [what, args] of [
  ['no output', ['pdfnet', '--random-weights', '1']],
  ['a size that is none', ['pdfnet', '--random-weights', '1', '-o', 'x.onnx', '--size', 'large']],
  ['a size that the network cannot take', ['pdfnet', '--random-weights', '1', '-o', 'x.onnx', '--size', '1024x768']],
  ['an ONNX file without its recipe', ['network.onnx', '-o', 'x.onnx']],
  ['another device', ['pdfnet', '--random-weights', '1', '-o', 'x.onnx', '--target', 'abacus']],
] as const) {
  test(`${what} is an error of usage`, async (t) => {
    const folder = await temporaryFolder(t)
    const { status } = await command(['export', ...args], { cwd: folder })
    t.is(status, exitCodes.usage)
    t.deepEqual(await readdir(folder), [])
  })
}
