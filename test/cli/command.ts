/** Runs the command as a user does, in a child process, and tells how it ended. */

import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'

export interface Ending {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: Uint8Array
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** A program and its arguments that runs the command, such as `prlimit`. */
  readonly under?: readonly string[]
  /** Called with the running process. */
  readonly during?: (child: ChildProcess) => void
}

export const main = createRequire(import.meta.url).resolve('#dist/cli/entry.cjs')

export async function command(args: readonly string[], options: CommandOptions = {}): Promise<Ending> {
  const { input, env, cwd, under = [], during } = options
  const [program, ...rest] = [...under, process.execPath, main, ...args]
  const child = spawn(program!, rest, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined) // it may end before it has read all
  child.stdin.end(input)
  during?.(child)
  const end = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal })),
  )
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { ...(await end), stdout, stderr }
}
