/**
 * `node scripts/kernels.mjs`: what TensorRT-RTX makes of full-size PDFNet in half precision, by its verbose log: how many
 * of its attentions are one kernel each, and how much memory the plan needs beside its weights. Takes half a minute.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportModel } from '../dist/models/index.js'
import { findBuildLibrary } from '../dist/runtime/index.js'
import { libraryName } from '../dist/tensorrt/index.js'
import { compileBare } from './bare-build/compile.mjs'
import { runWhenMain } from './steps.mjs'

await runWhenMain(import.meta.url, async () => {
  const library = await findBuildLibrary()
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-kernels-'))
  try {
    const [onnx, plan] = ['pdfnet.onnx', 'pdfnet.plan'].map((name) => join(folder, name))
    const wanted = { target: 'tensorrt', precision: 'fp16', size: [1024, 1024] }
    const { nodes } = await exportModel({ model: 'pdfnet', randomWeights: 1, ...wanted, output: onnx })
    const words = [library.library, library.parser, onnx, plan, 'verbose']
    const text = await logOf(await compileBare(folder), words)
    const kernels = [...text.matchAll(/Name: ([^,]*), LayerType: (\w+)/g)].map(([, name]) => name)
    const fused = kernels.filter((name) => name.startsWith('_gemm_mha')).length
    const held = kernels.filter((name) => /Max.*Sub.*Exp.*Sum.*Div/.test(name)).length
    const [, bytes] = /Total Activation Memory: (\d+) bytes/.exec(text) ?? []
    console.log(`${libraryName(library)}: ${nodes} nodes become ${kernels.length} kernels`)
    console.log(`attentions in one kernel: ${fused}; softmaxes of their own, over scores that are held: ${held}`)
    console.log(`activations: ${Math.round(Number(bytes) / 1e6)} MB`)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Some megabytes of standard error. */
async function logOf(program, words) {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  const text = Buffer.concat(await child.stderr.toArray()).toString()
  const [code] = await closed
  if (code !== 0) throw new Error(`the build ended with status ${code}\n${text.slice(-2000)}`)
  return text
}
