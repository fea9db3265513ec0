/** The command line, as users have it. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../steps.mjs'

const program = join(root, 'dist/cli/entry.cjs')

/** Seconds that a verb took, and the lines of JSON that it said. */
export function command(words, { minutes = 3 } = {}) {
  const limits = { timeout: minutes * 60_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 }
  const began = performance.now()
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...words, '--json'], limits, (error, stdout, stderr) => {
      const seconds = (performance.now() - began) / 1000
      const lines = stdout.trim().split('\n').filter(Boolean)
      if (!error) return resolve({ seconds, lines: lines.map((line) => JSON.parse(line)) })
      const why = error.killed ? `it took longer than ${minutes} minutes` : (stdout + stderr).trim().slice(-800)
      reject(new Error(`pdfnet-trt ${words.join(' ')}: ${why || error.message}`))
    })
  })
}
