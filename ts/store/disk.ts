/** What the file system says, in our words: errors, and writing that has reached the disk. */

import { open, statfs } from 'node:fs/promises'
import { PdfnetError } from '../errors.js'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file would be larger than is allowed',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or name a folder on another disk in PDFNET_TRT_STORE',
  EDQUOT: 'Free some space, or name a folder on another disk in PDFNET_TRT_STORE',
  EFBIG: 'Raise the limit (ulimit -f), or name a folder on another disk in PDFNET_TRT_STORE',
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT'
}

/** ERR_STORE_WRITE for an error of the file system; any other error as it is. */
export async function storeError(error: unknown, root: string): Promise<unknown> {
  const code = systemCode(error)
  if (error instanceof PdfnetError || code === undefined) return error
  return writeError(code, root, error)
}

/** @param code an errno name such as `ENOSPC` */
export async function writeError(code: string, root: string, cause: unknown): Promise<PdfnetError> {
  const reason = reasons[code] ?? (cause as Error).message
  const remedy = remedies[code] ?? `Make ${root} writable, or name another folder in PDFNET_TRT_STORE`
  const freeBytes = await statfs(root).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  )
  const details = { folder: root, reason: code, ...(freeBytes !== undefined && { freeBytes }) }
  return new PdfnetError('ERR_STORE_WRITE', `the store ${root} could not be written: ${reason}`, {
    cause,
    remedy,
    details,
  })
}

export function isWriteCode(code: string): boolean {
  return code in reasons
}

/** Waits until a file, or a folder's list of names, is on the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The errno name of an error that the file system raised. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
