/** Processes that tests of building start and look for. */

import { spawn, type ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BuildOptions } from '#dist/runtime/index.js'

const runner = fileURLToPath(new URL('build-runner.js', import.meta.url))

export interface Outcome {
  readonly plan?: string
  readonly key?: string
  readonly built?: boolean
  readonly error?: { readonly code: string; readonly message: string }
}

/** @param prefix a program that starts the runner, and its arguments */
export function startRunner(
  options: BuildOptions,
  env: NodeJS.ProcessEnv = {},
  prefix: readonly string[] = [],
): ChildProcess {
  const [file, ...args] = [...prefix, process.execPath, runner, JSON.stringify(options)]
  return spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

export async function outcome(child: ChildProcess): Promise<Outcome> {
  return JSON.parse(await text(child.stdout!)) as Outcome
}

/** Ids of the processes whose command line has that in it, but for zombies and this one. */
export async function processesNaming(part: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return ids.filter((_, index) => lines[index]!.includes(part)).map(Number)
}

/** Rejects when it is not so within a few seconds. */
export async function until(holds: () => Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not so within ${milliseconds} ms`)
    await sleep(10)
  }
}
