import { join } from 'node:path'
import test from 'ava'
import { exitCodes } from '#dist/errors.js'
import { temporaryFolder } from '../native/addon.js'
import { command } from './command.js'

test('models list says which weights a command fetches and which files users bring, with their licences', async (t) => {
  const env = { PDFNET_TRT_STORE: join(await temporaryFolder(t), 'store') }
  const { status, stdout } = await command(['models', 'list'], { env })
  t.is(status, 0)
  t.regex(stdout, /^isnet {2}IS-Net, general use: not here \(npx pdfnet-trt models add isnet\)$/m)
  t.regex(stdout, /^pdfnet {2}PDFNet: bring PDFNet_Best\.pth: --weights$/m)
  t.regex(stdout, /^depth-anything-v2-large .*: bring depth_anything_v2_vitl\.pth: --weights$/m)
  t.regex(stdout, /CC-BY-NC-4\.0/)
  const lines = (await command(['models', 'list', '--json'], { env })).stdout.trim().split('\n')
  const models = lines.map((line) => JSON.parse(line) as { name: string; checkpoint?: { file: string } })
  t.is(models.find(({ name }) => name === 'pdfnet')?.checkpoint?.file, 'PDFNet_Best.pth')
  t.is(models.find(({ name }) => name === 'isnet')?.checkpoint, undefined)
})

test('models add says what can be done with a model whose weights users bring', async (t) => {
  const folder = await temporaryFolder(t)
  const env = { PDFNET_TRT_STORE: join(folder, 'store') }
  const { status, stderr } = await command(['models', 'add', 'pdfnet'], { env })
  t.is(status, exitCodes.model)
  t.regex(stderr, /no package carries the weights of pdfnet/)
  t.regex(stderr, /--weights PDFNet_Best\.pth/)
})
