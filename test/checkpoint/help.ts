/** What the tests of checkpoints share: fixtures, files for a test's time, and what went wrong. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { openCheckpoint, type Checkpoint } from '#dist/checkpoint/index.js'
import type { ErrorCode, PdfnetError } from '#dist/errors.js'
import { rejectsWith, temporaryFolder } from '../store/help.js'

export const fixtures = new URL('../../../test/fixtures/', import.meta.url).pathname

export function fixture(name: string): string {
  return join(fixtures, 'checkpoints', name)
}

export function golden(name: string): string {
  return join(fixtures, 'golden', name)
}

export interface Expected {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly hex: string
}

/** By file, by tensor: as PyTorch held them. */
export async function readExpected(): Promise<Readonly<Record<string, Readonly<Record<string, Expected>>>>> {
  return JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as Record<string, Record<string, Expected>>
}

/** Closed when the test ends. */
export async function opened(t: ExecutionContext, path: string): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(path)
  t.teardown(() => checkpoint.close())
  return checkpoint
}

/** A file of these bytes that goes when the test ends. */
export async function fileOf(t: ExecutionContext, bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(t), 'checkpoint')
  await writeFile(path, bytes)
  return path
}

export async function openedOf(t: ExecutionContext, bytes: Uint8Array): Promise<Checkpoint> {
  return opened(t, await fileOf(t, bytes))
}

/** Opening a file of these bytes fails with this code, and a message that names the file and matches. */
export async function turnedDown(
  t: ExecutionContext,
  bytes: Uint8Array,
  code: ErrorCode,
  message: RegExp,
): Promise<PdfnetError> {
  const path = await fileOf(t, bytes)
  const error = await rejectsWith(t, code, openCheckpoint(path))
  t.true(error.message.startsWith(`${path}: `), error.message)
  t.regex(error.message, message)
  return error
}

export function float32(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer)
}
