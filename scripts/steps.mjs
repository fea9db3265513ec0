/** Named steps of a script: each runs one child process, without a shell, and prints its name and its seconds. */

import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs a program and resolves with what it wrote to standard output. Rejects, with all that it wrote, when it fails.
 * A signal that ends this process ends the child too.
 */
export function run(file, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout = []
    const all = []
    child.stdout.on('data', (chunk) => (stdout.push(chunk), all.push(chunk)))
    child.stderr.on('data', (chunk) => all.push(chunk))
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    const settle = (error) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      if (error) reject(error)
      else resolve(Buffer.concat(stdout).toString())
    }
    child.on('error', (cause) => settle(new Error(`${file} could not be started: ${cause.message}`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) return settle()
      const output = Buffer.concat(all).toString().trimEnd()
      settle(new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `status ${code}`}\n${output}`))
    })
  })
}

/** Runs `work` and prints one line: the name, its seconds, and the text that it resolved with, if it is one. */
export async function step(name, work) {
  const live = process.stdout.isTTY
  if (live) process.stdout.write(`${name} …`)
  const start = performance.now()
  try {
    const note = await work()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    process.stdout.write(
      `${live ? '\r' : ''}${name.padEnd(28)} ${seconds.padStart(6)} s  ${note ?? ''}`.trimEnd() + '\n',
    )
  } catch (error) {
    if (live) process.stdout.write('\n')
    throw new Error(`${name} failed: ${error.message}`, { cause: error })
  }
}

/** Runs `main` where its module is the program; a failure is one message and status 1. */
export async function runWhenMain(moduleUrl, main) {
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== fileURLToPath(moduleUrl)) return
  try {
    await main()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
