/** Names, in the error about a damaged entry, the command that replaces it. */

import { PdfnetError } from '../errors.js'

export async function repairedBy<Result>(command: string, looking: Promise<Result>): Promise<Result> {
  try {
    return await looking
  } catch (error) {
    if (!(error instanceof PdfnetError) || error.code !== 'ERR_STORE_CORRUPT') throw error
    const { code, message, cause, details } = error
    throw new PdfnetError(code, message, { cause, details, remedy: `Run: ${command}` })
  }
}
