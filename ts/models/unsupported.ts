/** The error about what is known of a model, but cannot be done with it yet. */

import { PdfnetError } from '../errors.js'

/** @param remedy what can be done instead */
export function unsupported(model: string, message: string, remedy: string): PdfnetError {
  return new PdfnetError('ERR_MODEL_UNSUPPORTED', `${model}: ${message}`, { remedy, details: { model } })
}
