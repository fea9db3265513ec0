/** A lost CUDA context: provoked in a process of its own by a kernel that writes where nothing is. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './endings.mjs'

const source = fileURLToPath(new URL('lost-context.cu', import.meta.url))
const program = fileURLToPath(new URL('losing.mjs', import.meta.url))

export async function lostContext(results) {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-proof-'))
  try {
    const library = join(folder, 'lost-context.so')
    const fault = await compile(library)
    if (fault) return results.note(`No context was lost on purpose: nvcc is needed for it, and ${fault}`)
    const file = join(folder, 'now')
    const env = { ...process.env, LD_PRELOAD: library, PDFNET_PROOF_LOSE: file }
    const { code, signal, text } = await runProgram([program, file], { env })
    const lost = /runs: ERR_GPU_LOST; another: ERR_GPU_LOST; an opening: ERR_GPU_LOST/.test(text)
    results.check('a lost context: the process', signal ?? `status ${code}`, 'status 0', code === 0)
    results.check('a lost context: what rejects', text.split('\n').at(-1), 'ERR_GPU_LOST for all', lost)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Why there is no library, or undefined. */
function compile(library) {
  return new Promise((resolve) => {
    const words = ['-shared', '-Xcompiler', '-fPIC', '-std=c++17', '-arch=native', '-o', library, source]
    execFile('nvcc', words, { timeout: 120_000 }, (error) => resolve(error ? error.message.split('\n')[0] : undefined))
  })
}
