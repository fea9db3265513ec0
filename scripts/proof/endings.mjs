/** Ways in which a process ends while runs are under way: none of them may end it by a signal. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('ending.mjs', import.meta.url))

export async function endings(results, device) {
  for (const [way, status] of [
    ['exit', 0],
    ['throw', 1],
    ['return', 0],
    ['dispose', 0],
  ]) {
    const { code, signal, text } = await runProgram([program, device, way])
    const good = code === status && signal === null
    results.check(
      `a process that ends by ${way} during runs`,
      signal ?? `status ${code}${good ? '' : `: ${text}`}`,
      `status ${status}`,
      good,
    )
  }
}

/** @param seconds after which it is killed */
export function runProgram(words, { env = process.env, seconds = 60 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, text: Buffer.concat(chunks).toString().trim().slice(-600) })
    })
  })
}
