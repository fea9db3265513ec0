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
  return writeError(code, `the store ${root}`, root, error)
}

/**
 * @param code an errno name such as `ENOSPC`
 * @param what could not be written
 * @param folder where
 */
export async function writeError(code: string, what: string, folder: string, cause: unknown): Promise<PdfnetError> {
  const reason = reasons[code] ?? (cause as Error).message
  const remedy = remedies[code] ?? `Make ${folder} writable, or name another folder in PDFNET_TRT_STORE`
  const freeBytes = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  )
  const details = { folder, reason: code, ...(freeBytes !== undefined && { freeBytes }) }
  return new PdfnetError('ERR_STORE_WRITE', `${what} could not be written: ${reason}`, {
    cause,
    remedy,
    details,
  })
}

/** Whether it says that the disk, and not npm or the network, is at fault. */
export function isDiskCode(code: string): boolean {
  return code in remedies || code === 'EROFS'
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
  return typeof error.syscall === 'string' && typeof error.code === 'string' ? error.code : undefined
}
