/** The weights that a model is prepared from: the recipe's own in the store, or a user's file. */

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createHash } from 'node:crypto'
import { PdfnetError } from '../errors.js'
import type { Work } from '../progress.js'
import { hashFiles, inBackground, type Entry } from '../store/index.js'
import type { FilesJob } from './files-worker.js'
import { weightsFile } from './weights.js'

export interface Source {
  /** Absolute path of the ONNX file. */
  readonly path: string
  /** That file and the files of its external data: all that the weights consist of. */
  readonly files: readonly string[]
  /** Of all of `files`. */
  readonly sha256: string
}

export function storedSource(entry: Entry): Source {
  const path = entry.file(weightsFile)
  return { path, files: [path], sha256: entry.files[weightsFile]!.sha256 }
}

/** Rejects with ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_ONNX_FORMAT, ERR_ONNX_EXTERNAL or ERR_ABORTED. */
export async function usersSource(path: string, work: Work): Promise<Source> {
  const job: FilesJob = { path: resolve(path) }
  const files = await inBackground<string[]>(new URL('./files-worker.js', import.meta.url), job, work)
  const digests = await hashFiles(files, { stage: 'hash', name: path }, work)
  const [first, ...more] = digests.map(({ hex }) => hex)
  const sha256 =
    more.length === 0
      ? first!
      : createHash('sha256')
          .update([first, ...more].join('\n'))
          .digest('hex')
  return { path: job.path, files, sha256 }
}

/** Does `read`, and rejects with ERR_INPUT_READ if a file was written to or replaced meanwhile. */
export async function unchanged(files: readonly string[], read: () => Promise<void>): Promise<void> {
  const before = await fingerprint(files)
  await read()
  if ((await fingerprint(files)) === before) return
  throw new PdfnetError('ERR_INPUT_READ', `${files[0]!} changed while it was read`, {
    remedy: 'Run it again when nothing writes to it',
  })
}

async function fingerprint(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })))
  return stats.map(({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs].join('-')).join(' ')
}
