/** Reads the format of PyTorch before version 1.6: pickles one after another, then the storages as they are. */

import { elementBytes } from '../tensor.js'
import type { StoredTensor } from './layout.js'
import { limits } from './limits.js'
import { PickleInput } from './pickle-input.js'
import { protocolOpcode } from './pickle-opcodes.js'
import { Dict, List, type Value } from './pickle-values.js'
import { plain, readPickle } from './pickle.js'
import { malformed, quoted } from './problems.js'
import type { Source } from './source.js'
import { findStateDict, placed } from './state-dict.js'
import { TorchMeaning } from './torch-pickle.js'

const magic = 0x1950a86a20f9469cfc6cn
const version = 1001
/** Before each storage stands how many elements it has. */
const countBytes = 8

/** Whether the file is a pickle of a known protocol; its first bytes tell. */
export function looksLikePickle(head: Buffer): boolean {
  const [first, protocol = 0] = head
  return first === protocolOpcode && protocol >= 2 && protocol <= 5
}

export async function readTorchLegacy(source: Source): Promise<ReadonlyMap<string, StoredTensor>> {
  // Where the pickles end is not known before they are read: this holds them all, unless one is past its limit.
  const headBytes = Math.min(source.size, limits.pickleBytes)
  const input = new PickleInput(await source.read(0, headBytes, 'its pickles'), headBytes === source.size)
  checkPreamble(input)
  const meaning = new TorchMeaning()
  const tensors = findStateDict(readPickle(input, meaning))
  const keys = readPickle(input, plain)
  const starts = await storageStarts(source, input.at, keys, meaning)
  return placed(tensors, ({ key }) => {
    const start = starts.get(key)
    if (start === undefined) throw malformed(`its storage ${quoted(key)} is not there`)
    return start
  })
}

function checkPreamble(input: PickleInput): void {
  if (readPickle(input, plain) !== magic) {
    throw malformed(
      'it is a pickle, but not one that torch.save wrote',
      'Save the state dict with torch.save, or as safetensors',
    )
  }
  const found = readPickle(input, plain)
  if (found !== version) throw malformed(`its version is not ${version}`)
  const system = readPickle(input, plain)
  if (!(system instanceof Dict) || system.get('little_endian') !== true) {
    throw malformed('it was written on a big-endian machine', 'Save it again on a little-endian machine')
  }
}

/** Where each storage's bytes begin: they follow one another in the order of their keys. */
async function storageStarts(
  source: Source,
  offset: number,
  keys: Value,
  { storages }: TorchMeaning,
): Promise<ReadonlyMap<string, number>> {
  if (!(keys instanceof List)) throw malformed('it does not list its storages')
  const starts = new Map<string, number>()
  let at = offset
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (!storage || starts.has(storage.key)) throw malformed('it lists a storage that it does not name, or one twice')
    const what = `its storage ${quoted(storage.key)}`
    const elements = Number((await source.read(at, countBytes, what)).readBigInt64LE())
    const bytes = elements * elementBytes[storage.dtype]
    if (bytes !== storage.bytes) throw malformed(`${what} has ${bytes} bytes, expected ${storage.bytes}`)
    at += countBytes
    starts.set(storage.key, at)
    at += bytes
    if (at > source.size) throw malformed(`it is truncated: ${what} ends at byte ${at}, the file has ${source.size}`)
  }
  return starts
}
