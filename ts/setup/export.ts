/** Exports a network in a thread of its own: its graph is written by seconds of arithmetic. */

import { checkExportOptions, type Exported, type ExportOptions } from '../models/index.js'
import { inBackground } from '../store/index.js'

/**
 * Rejects with ERR_ARGUMENT, ERR_MODEL_MISMATCH (which lists every weight that does not fit), ERR_MODEL_UNKNOWN for a
 * recipe, ERR_MODEL_UNSUPPORTED, an ERR_CHECKPOINT…, ERR_ONNX… or ERR_OUTPUT_WRITE of its files, ERR_ABORTED, or with
 * ERR_OUTPUT_CLASH where the output is the checkpoint itself or a folder that is not empty. Nothing is left then.
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  checkExportOptions(options)
  const { signal, onProgress, ...job } = options
  return inBackground(new URL('./export-worker.js', import.meta.url), job, { signal, onProgress }, true)
}
