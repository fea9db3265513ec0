/** Pictures for the tests of this room, made here from one photograph; and how they are compared. */

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import sharp, { type Sharp } from 'sharp'
import type { Alpha } from '#dist/image/index.js'
import type { PdfnetError } from '#dist/errors.js'

export const photo = fileURLToPath(new URL('../../../test/fixtures/photos/astronaut.png', import.meta.url))

export function scene(width = 96, height = 64): Sharp {
  return sharp(photo).resize(width, height, { fit: 'fill' })
}

/** A 16-bit scene whose low bytes matter: 8-bit samples that were widened would hide a loss. */
export function deepScene(width = 96, height = 64, channels: 1 | 3 | 4 = 3): Sharp {
  const noise = randomBytes(width * height * channels * 2)
  const data = new Uint16Array(noise.buffer.slice(noise.byteOffset, noise.byteOffset + noise.byteLength))
  const space = channels === 1 ? 'grey16' : 'rgb16'
  return sharp(data, { raw: { width, height, channels } }).toColourspace(space)
}

export function ramp(width: number, height: number, depth: Alpha['depth'] = 'uchar'): Alpha {
  const length = width * height
  const data =
    depth === 'uchar' ? Uint8Array.from({ length }, (_, i) => i) : Uint16Array.from({ length }, (_, i) => i * 257)
  return { data, width, height, channels: 1, depth }
}

/** Samples as they are stored: no profile applied, no orientation, no widening or narrowing. */
export async function stored(bytes: Buffer): Promise<{ data: Buffer; channels: number; icc: Buffer | undefined }> {
  const { space, depth, channels, icc } = await sharp(bytes).metadata()
  const { data } = await sharp(bytes, { ignoreIcc: true })
    .toColourspace(space === 'b-w' ? 'srgb' : space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
  return { data, channels, icc }
}

export async function channelOf(bytes: Buffer, channel: number | 'alpha', depth: 'uchar' | 'ushort'): Promise<Buffer> {
  const { space } = await sharp(bytes).metadata()
  return sharp(bytes, { ignoreIcc: true })
    .toColourspace(space)
    .extractChannel(channel as 0 | 'alpha')
    .raw({ depth })
    .toBuffer()
}

export function largestDifference(a: Uint8Array, b: Uint8Array): number {
  return a.length === b.length ? a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - b[i]!)), 0) : Infinity
}

export function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

export async function failsWith(
  t: ExecutionContext,
  work: Promise<unknown>,
  code: PdfnetError['code'],
  message?: RegExp,
): Promise<PdfnetError> {
  const error = await t.throwsAsync(work, { code, ...(message && { message }) })
  return error as unknown as PdfnetError
}

/** Rejected with ERR_ABORTED before the event loop turns: nothing that a busy machine could delay. */
export async function rejectsAtOnce(t: ExecutionContext, work: Promise<unknown>): Promise<void> {
  const code = work.then(
    () => 'resolved',
    (error: unknown) => (error as PdfnetError).code,
  )
  t.is(await Promise.race([code, setImmediate('still waiting')]), 'ERR_ABORTED')
}

export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-image-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}
