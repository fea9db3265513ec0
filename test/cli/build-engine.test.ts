import { join } from 'node:path'
import test from 'ava'
import { exitCodes } from '#dist/errors.js'
import { temporaryFolder } from '../store/help.js'
import { command } from './command.js'

for (const [what, args, said] of [
  ['neither a model nor a graph', [], /the name of a model, or an ONNX file with --onnx/],
  ['a model and a graph', ['isnet', '--onnx', 'x.onnx'], /nothing beside a model for --onnx/],
  ['a model that wants depth and has none', ['pdfnet', '--weights', 'x.pth'], /--depth-weights/],
  ['depth for a model that wants none', ['isnet', '--depth-weights', 'x.pth'], /isnet takes no pseudo-depth/],
  ['a batch of none', ['isnet', '--batch', '0'], /an integer from 1 to 64 for batch/],
  ['a seed beside weights', ['pdfnet', '--random-weights', '1', '--weights', 'x.pth'], /cannot be used with/],
] as const) {
  test(`${what}: a usage error that says what was expected`, async (t) => {
    const env = { PDFNET_TRT_STORE: join(await temporaryFolder(t), 'store') }
    const { status, stderr } = await command(['build-engine', ...args], { env })
    t.is(status, exitCodes.usage, stderr)
    t.regex(stderr, said)
  })
}

test('a model that is not known is named, with those that are', async (t) => {
  const { status, stderr } = await command(['build-engine', 'nothing'])
  t.is(status, exitCodes.model)
  t.regex(stderr, /isnet, pdfnet/)
})
