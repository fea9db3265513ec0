/** Opens a checkpoint of any known format; its first bytes tell which. */

import { PdfnetError, badArgument } from '../errors.js'
import type { Work } from '../progress.js'
import { Checkpoint, type CheckpointFormat } from './checkpoint.js'
import type { StoredTensor } from './layout.js'
import { inFile, malformed } from './problems.js'
import { looksLikeSafetensors, readSafetensors } from './safetensors.js'
import { Source } from './source.js'
import { withoutPrefixes } from './state-dict.js'
import { looksLikePickle, readTorchLegacy } from './torch-legacy.js'
import { readTorchZip } from './torch-zip.js'

interface Format {
  readonly name: CheckpointFormat
  readonly isLike: (head: Buffer) => boolean
  readonly read: (source: Source) => Promise<ReadonlyMap<string, StoredTensor>>
}

/** The length of a safetensors header could be the beginning of a pickle, not the other way round: so it comes first. */
const formats: readonly Format[] = [
  { name: 'safetensors', isLike: looksLikeSafetensors, read: readSafetensors },
  { name: 'pytorch', isLike: (head) => head.toString('latin1', 0, 4) === 'PK\x03\x04', read: readTorchZip },
  { name: 'pytorch-legacy', isLike: looksLikePickle, read: readTorchLegacy },
]

const headBytes = 32
const pointer = 'version https://git-lfs'

/**
 * Reads what tensors a `.pth`, `.pt`, `.bin` or `.safetensors` file has, as data only: nothing that it names is called.
 * The signal also ends later reads of the checkpoint.
 *
 * Rejects with ERR_INPUT_MISSING, ERR_INPUT_READ, ERR_CHECKPOINT_FORMAT (in no known format, truncated, damaged,
 * big-endian), ERR_CHECKPOINT_REFUSED (names a class that is not known to be data, or is past a limit) or ERR_ABORTED.
 */
export async function openCheckpoint(path: string, { signal }: Pick<Work, 'signal'> = {}): Promise<Checkpoint> {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw badArgument('path', 'the path of a file', path)
  }
  const source = await Source.open(path, signal)
  try {
    const { name, read } = await formatOf(source)
    return new Checkpoint(name, source, withoutPrefixes(await read(source)))
  } catch (error) {
    await source.close()
    throw error instanceof PdfnetError && error.code !== 'ERR_ABORTED' ? inFile(path, error) : error
  }
}

async function formatOf(source: Source): Promise<Format> {
  if (source.size === 0) throw malformed('it is empty')
  const head = await source.read(0, Math.min(headBytes, source.size), 'its head')
  const format = formats.find(({ isLike }) => isLike(head))
  if (format) return format
  if (head.toString('latin1').startsWith(pointer)) {
    throw malformed('it is a pointer of Git LFS, not the file itself', 'Run: git lfs pull')
  }
  throw malformed('it is not a checkpoint of PyTorch, nor safetensors')
}
