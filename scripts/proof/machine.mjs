/** The machine, its GPU and libraries, and what the doctor says of them. */

import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { capabilities } from '../../dist/index.js'
import { root } from '../steps.mjs'
import { queryGpu } from './gpu.mjs'
import { python } from './authors.mjs'
import { engineOf, rehearsal } from './device.mjs'

export async function prove(results, { device }) {
  const memory = Math.round(totalmem() / 2 ** 30)
  results.figure('processor', `${cpus()[0].model}, ${availableParallelism()} cores, ${memory} GiB`)
  results.figure('Node', process.version)
  const gpu = await queryGpu(
    'name',
    'driver_version',
    'memory.total',
    'compute_cap',
    'clocks.max.sm',
    'pcie.link.gen.max',
  )
  results.figure('GPU, driver, MiB, compute capability, MHz, PCIe', gpu?.join(', ') ?? 'nvidia-smi is not here')
  const known = rehearsal({ device })
  const { cuda, tensorrt, cpu } = await capabilities()
  results.check(
    'capabilities(): a GPU',
    cuda.devices.map(({ name }) => name).join() || cuda.reason,
    'one',
    cuda.devices.length > 0,
    known,
  )
  for (const [name, { version = '', reason }] of Object.entries(tensorrt)) {
    results.figure(`capabilities(): TensorRT, ${name}`, `${version} ${reason}`)
  }
  const fitting = await engineOf('tensorrt').catch((error) => ({ library: undefined, why: error.message }))
  results.check(
    'the TensorRT that runs engines here',
    fitting.library ?? fitting.why,
    'Enterprise, or RTX where the GPU is one of its own',
    fitting.library !== undefined,
    known,
  )
  results.check('capabilities(): CPU device', `${cpu.version ?? ''} ${cpu.reason}`, '1.30.0', cpu.found)
  if (fitting.flavour === 'enterprise') {
    results.figure('builder resources', await builderResources(dirname(fitting.library)))
    results.note('TensorRT-RTX has built engines elsewhere, and has run none: this GPU is one for Enterprise.')
  }
  const { status, text } = await doctor()
  results.check('doctor: exit status', status, '0', status === 0)
  results.note(`What \`doctor\` says:\n\n\`\`\`\n${text.trim()}\n\`\`\``)
  const torch = await python(['-c', 'import torch; print(torch.__version__, torch.cuda.is_available())']).catch(
    (error) => `none: ${error.message.split('\n')[0]}`,
  )
  results.figure('PyTorch, and whether it has the GPU', String(torch).trim())
}

async function builderResources(folder) {
  const names = (await readdir(folder)).filter((name) => name.startsWith('libnvinfer_builder_resource'))
  const sizes = await Promise.all(
    names.map(async (name) => `${name} (${Math.round((await stat(join(folder, name))).size / 2 ** 20)} MiB)`),
  )
  return sizes.join(', ') || 'none'
}

function doctor() {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'dist/cli/entry.cjs'), 'doctor'],
      { timeout: 60_000 },
      (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : (error.code ?? error.signal), text: stdout + stderr }),
    )
  })
}
