/** A lost CUDA context: provoked in a process of its own by a kernel that writes where nothing is. */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../steps.mjs'
import { runProgram } from './endings.mjs'

const library = join(root, 'build/native/lose_context.so')
const program = fileURLToPath(new URL('losing.mjs', import.meta.url))

export async function lostContext(results) {
  if (!existsSync(library)) return results.note(`No context was lost on purpose: ${library} is missing.`)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-proof-'))
  try {
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
