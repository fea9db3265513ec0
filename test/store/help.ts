/** What the tests of the store share: temporary folders, child processes, progress laws. */

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { PdfnetError, type ErrorCode } from '#dist/errors.js'
import type { Progress } from '#dist/progress.js'
import type { Maker } from '#dist/store/index.js'

/** Milliseconds: far less than what is waited for takes (a minute), far more than a busy machine needs to stop it. */
export const atOnce = 10_000

/** A private folder that goes when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'pdfnet-trt-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function rejectsWith(
  t: ExecutionContext,
  code: ErrorCode,
  promise: Promise<unknown>,
): Promise<PdfnetError> {
  const error = await t.throwsAsync(promise, { instanceOf: PdfnetError })
  t.is(error.code, code, error.message)
  return error
}

export function makerOf(files: Readonly<Record<string, string>>): Maker {
  return async (folder) => {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
    return { facts: { licence: 'MIT' } }
  }
}

/** Starts `build/test/store/adder.js`. */
export function startAdder(
  t: ExecutionContext,
  root: string,
  key: string,
  how: string,
  prefix: readonly string[] = [],
): ChildProcess {
  const script = new URL('adder.js', import.meta.url).pathname
  const [program = process.execPath, ...args] = prefix
  const options =
    prefix.length > 0 ? { execPath: program, execArgv: [...args, process.execPath, '--conditions=pdfnet-test'] } : {}
  const child = fork(script, [root, key, how], options)
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

/** The first message of the child that `wanted` takes. */
export async function message(child: ChildProcess, wanted: (value: unknown) => boolean): Promise<unknown> {
  for (;;) {
    const [value] = (await once(child, 'message', { signal: AbortSignal.timeout(30_000) })) as [unknown]
    if (wanted(value)) return value
  }
}

/** Its last message: `{ maker }` or `{ error }`. */
export async function outcome(
  child: ChildProcess,
): Promise<{ readonly maker?: number; readonly error?: Record<string, unknown> }> {
  return (await message(child, (value) => typeof value === 'object')) as { maker?: number }
}

/** Collects progress, and says whether it kept the laws. */
export class ProgressLog {
  readonly events: Progress[] = []
  readonly onProgress = (progress: Progress): void => void this.events.push(progress)

  check(t: ExecutionContext): void {
    for (const [label, events] of grouped(this.events)) {
      t.is(new Set(events.map(({ total }) => total)).size, 1, `the total of ${label} is constant`)
      t.true(
        events.every(({ done }, i) => i === 0 || done >= events[i - 1]!.done),
        `${label} never falls`,
      )
      t.is(events.at(-1)!.done, events.at(-1)!.total, `${label} ends at its total`)
    }
  }
}

function grouped(events: readonly Progress[]): ReadonlyMap<string, readonly Progress[]> {
  const streams = new Map<string, Progress[]>()
  for (const event of events) {
    const label = `${event.stage} ${event.name}`
    streams.set(label, [...(streams.get(label) ?? []), event])
  }
  return streams
}
