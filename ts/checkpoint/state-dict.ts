/** Finds the state dict in what a checkpoint holds. */

import type { StoredTensor } from './layout.js'
import { limits } from './limits.js'
import { Dict, PickledTensor, type Storage, type Value } from './pickle-values.js'
import { malformed, quoted, refused } from './problems.js'

/** Under which a training script's checkpoint keeps it, the surest first. */
const wrappers = ['state_dict', 'model_state_dict', 'model']
/** What DataParallel, torch.compile and Lightning put before every name. */
const prefixes = ['module.', '_orig_mod.', 'model.']
const shownKeys = 8

/** The tensors of the innermost dict that wrappers lead to. */
export function findStateDict(root: Value): ReadonlyMap<string, PickledTensor> {
  let dict = root
  // A dict may hold itself.
  for (let level = 0; level < limits.depth && dict instanceof Dict; level++) {
    const outer = dict
    const inner = wrappers.map((key) => outer.get(key)).find((value) => value instanceof Dict)
    if (!inner) break
    dict = inner
  }
  if (!(dict instanceof Dict)) throw malformed('it holds no dict of tensors')
  const entries = dict.list()
  const tensors = new Map(
    entries.filter((entry): entry is [string, PickledTensor] => entry[1] instanceof PickledTensor),
  )
  if (tensors.size === 0) {
    const keys = entries.slice(0, shownKeys).map(([key]) => quoted(key))
    const found = keys.length === 0 ? 'its dict is empty' : `its keys are ${keys.join(', ')}`
    throw malformed(`it holds no dict of tensors: ${found}`)
  }
  if (tensors.size > limits.entries) {
    throw refused(`it has ${tensors.size} tensors, expected ${limits.entries} at most`)
  }
  return tensors
}

/** The tensors with their places in the file, which `start` tells of each storage in bytes. */
export function placed(
  tensors: ReadonlyMap<string, PickledTensor>,
  start: (storage: Storage) => number,
): ReadonlyMap<string, StoredTensor> {
  return new Map(
    [...tensors].map(([name, { storage, dtype, offsetBytes, shape, strides }]) => [
      name,
      { dtype, shape, strides, offset: start(storage) + storage.offsetBytes + offsetBytes },
    ]),
  )
}

/** Without the prefixes that every name has. */
export function withoutPrefixes<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  let names = tensors
  for (let prefix = prefixOf(names); prefix !== undefined; prefix = prefixOf(names)) {
    const { length } = prefix
    names = new Map([...names].map(([name, tensor]) => [name.slice(length), tensor]))
  }
  return names
}

function prefixOf(tensors: ReadonlyMap<string, unknown>): string | undefined {
  if (tensors.size === 0) return undefined
  return prefixes.find((prefix) => [...tensors.keys()].every((name) => name.startsWith(prefix)))
}
