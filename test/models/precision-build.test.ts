import { join } from 'node:path'
import test from 'ava'
import { exportModel, precisions } from '#dist/models/index.js'
import { buildEngine } from '#dist/runtime/index.js'
import { temporaryFolder } from '../native/addon.js'
import { golden } from './network.js'
import { hasRtx } from './rtx.js'

test('TensorRT-RTX builds the network in each precision, and half precision takes less memory', async (t) => {
  if (!(await hasRtx(t))) return
  const folder = await temporaryFolder(t)
  const bytes: number[] = []
  for (const precision of precisions) {
    const onnx = join(folder, `${precision}.onnx`)
    const weights = join(golden, 'pdfnet-tiny.pth')
    await exportModel({ model: 'pdfnet', weights, target: 'tensorrt', precision, size: [256, 256], output: onnx })
    const { record } = await buildEngine({ onnx, output: join(folder, `${precision}.plan`) })
    bytes.push(record.activationBytes!)
    t.log(precision, `${(record.activationBytes! / 1e6).toFixed(1)} MB of activations`)
  }
  const [single, half] = bytes as [number, number]
  t.true(half < single, `${half} of ${single}`)
})

test("full-size PDFNet's plan keeps little more than what it needs at once", async (t) => {
  if (!(await hasRtx(t))) return
  const folder = await temporaryFolder(t)
  const onnx = join(folder, 'pdfnet.onnx')
  const wanted = { target: 'tensorrt', precision: 'fp16', size: [1024, 1024] } as const
  await exportModel({ model: 'pdfnet', randomWeights: 1, ...wanted, output: onnx })
  const { record } = await buildEngine({ onnx, output: join(folder, 'pdfnet.plan') })
  // 625 MB are alive at once (docs/decisions.md); the plan leaves gaps between them.
  t.true(record.activationBytes! < 1.12 * 625e6, `${record.activationBytes}`)
})
