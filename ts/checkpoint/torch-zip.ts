/** Reads PyTorch's zip format: a pickle, and each storage as an entry of its own. */

import type { StoredTensor } from './layout.js'
import { limits } from './limits.js'
import { PickleInput } from './pickle-input.js'
import { readPickle } from './pickle.js'
import { malformed, quoted, refused } from './problems.js'
import type { Source } from './source.js'
import { findStateDict, placed } from './state-dict.js'
import { TorchMeaning } from './torch-pickle.js'
import { locateZipData, type ZipData } from './zip-data.js'
import { readZipDirectory, type ZipDirectory } from './zip-directory.js'

const pickleName = 'data.pkl'
const orderBytes = 16

export async function readTorchZip(source: Source): Promise<ReadonlyMap<string, StoredTensor>> {
  const directory = await readZipDirectory(source)
  const folder = folderOf(directory)
  const entries = await locateZipData(source, directory)
  await checkByteOrder(source, entries.get(`${folder}/byteorder`))
  const pickle = entries.get(`${folder}/${pickleName}`)!
  if (pickle.bytes > limits.pickleBytes) {
    throw refused(`its pickle has ${pickle.bytes} bytes, expected ${limits.pickleBytes} at most`)
  }
  const input = new PickleInput(await source.read(pickle.offset, pickle.bytes, 'its pickle'), true)
  const tensors = findStateDict(readPickle(input, new TorchMeaning()))
  return placed(tensors, (storage) => {
    const data = entries.get(`${folder}/data/${storage.key}`)
    const whole = data?.bytes ?? 0
    if (!data && storage.bytes > 0) throw malformed(`its storage ${quoted(storage.key)} is not there`)
    if (whole !== storage.bytes) {
      throw malformed(`its storage ${quoted(storage.key)} has ${whole} bytes, expected ${storage.bytes}`)
    }
    return data?.offset ?? 0
  })
}

/** The one folder in which everything lies. */
function folderOf({ entries }: ZipDirectory): string {
  const names = new Set(entries.map(({ name }) => name))
  const folders = new Set(entries.map(({ name }) => name.slice(0, Math.max(0, name.indexOf('/')))))
  const [folder = ''] = folders
  if (folders.size !== 1 || folder === '' || !names.has(`${folder}/${pickleName}`)) {
    throw malformed('it is a zip file, but not one that torch.save wrote')
  }
  if (names.has(`${folder}/constants.pkl`)) {
    throw malformed(
      'it is a TorchScript program, not a checkpoint',
      'Load it in PyTorch, and save its state_dict() with torch.save',
    )
  }
  return folder
}

async function checkByteOrder(source: Source, data: ZipData | undefined): Promise<void> {
  if (!data) return
  const order = await source.read(data.offset, Math.min(data.bytes, orderBytes), 'its byte order')
  if (order.toString('latin1') !== 'little') {
    throw malformed(
      `its byte order is ${quoted(order.toString('latin1'))}, expected "little"`,
      'Save it again on a little-endian machine',
    )
  }
}
