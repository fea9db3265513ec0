/** The two ways in which a checkpoint is turned down. The path is put before the message by who knows it. */

import { PdfnetError } from '../errors.js'

/** Not in a known format, truncated or damaged: ERR_CHECKPOINT_FORMAT. */
export function malformed(why: string, remedy?: string): PdfnetError {
  return new PdfnetError('ERR_CHECKPOINT_FORMAT', why, remedy === undefined ? {} : { remedy })
}

/** Names code, or is past a limit that no weights reach: ERR_CHECKPOINT_REFUSED. */
export function refused(why: string, details: Readonly<Record<string, unknown>> = {}, remedy?: string): PdfnetError {
  return new PdfnetError('ERR_CHECKPOINT_REFUSED', why, { details, ...(remedy !== undefined && { remedy }) })
}

/** The same error with the file's path before its message. */
export function inFile(path: string, error: PdfnetError): PdfnetError {
  const { code, message, remedy, details, cause } = error
  return new PdfnetError(code, `${path}: ${message}`, { remedy, details, cause })
}

/** A name out of a file, short enough for a message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
