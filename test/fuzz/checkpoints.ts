/** Checkpoints of every format to be damaged, and what is done with them. */

import { readFile } from 'node:fs/promises'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { PdfnetError } from '#dist/errors.js'
import { byteLength } from '#dist/tensor.js'
import { legacyFile, safetensorsFile, torchEntries, torchFile, zipFile } from '../checkpoint/files.js'
import { fixture, float32 } from '../checkpoint/help.js'
import { dict, global, list, reduce, storage, tensor, tuple } from '../checkpoint/pickles.js'
import type { Subject } from './fuzz.js'

type Part = Omit<Subject, 'tried'>

/** Whole files, and the parts that a change of a whole file would rarely reach behind its checks. */
export async function checkpoints(): Promise<readonly Subject[]> {
  const names = ['types.pth', 'views.pth', 'training.pth', 'protocol5.pth', 'attributes.pth']
  const legacy = ['types-legacy.pth', 'views-legacy.pth', 'training-legacy.pth', 'protocol5-legacy.pth']
  const others = ['types.safetensors', 'whole-module.pth', 'negated.pth', 'torchscript.pt']
  const whole: readonly Part[] = await Promise.all(
    [...names, ...legacy, ...others].map(async (name) => ({
      name,
      bytes: await readFile(fixture(name)),
      file: (damaged: Buffer) => damaged,
    })),
  )
  const header = whole.find(({ name }) => name === 'types.safetensors')!.bytes
  const jsonBytes = header.readUInt32LE(0)
  const six = { 0: float32(1, 2, 3, 4, 5, 6) }
  // Python 2's ordered dict, views on storages, and strides of a size that is copied in a thread.
  const old = (of: Buffer) => {
    const pairs = list(tuple('w', tensor([2, 2], [2, 1], { of })), tuple('large', tensor([150_000, 2], [0, 1])))
    return reduce(global('collections', 'OrderedDict'), tuple(pairs))
  }
  const root = dict({ 'module.w': tensor([2, 3], [3, 1]), 'module.t': tensor([3, 2], [1, 3]), 'module.x': 5 })
  const all: readonly Part[] = [
    ...whole,
    ...whole.filter(({ name }) => names.includes(name)).map(({ name, bytes }) => pickleOf(name, bytes)),
    ...[root, old(storage('0', 6))].map((bytes) => ({
      name: 'pickle in a zip file',
      bytes,
      file: (damaged: Buffer) => torchFile(damaged, six),
    })),
    ...[root, old(storage('0', 6, 'FloatStorage', tuple('part', 2, 4)))].map((bytes) => ({
      name: 'pickle in a legacy file',
      bytes,
      file: (damaged: Buffer) => legacyFile(damaged, six),
    })),
    {
      name: 'zip64',
      bytes: zipFile(torchEntries(root, six), { zip64: true, comment: 'a comment' }),
      file: (damaged) => damaged,
    },
    {
      name: 'header of safetensors',
      bytes: header.subarray(8, 8 + jsonBytes),
      file: (damaged) => safetensorsFile(damaged.toString('latin1'), header.subarray(8 + jsonBytes)),
    },
  ]
  return all.map((one) => ({ ...one, tried }))
}

/** PyTorch's own pickle, put back where it stood: padded, since the zip file says how long it is. */
function pickleOf(name: string, file: Buffer): Part {
  const start = 30 + file.readUInt16LE(26) + file.readUInt16LE(28)
  const end = file.indexOf(Buffer.from('PK\x07\x08'), start)
  return {
    name: `pickle of ${name}`,
    bytes: file.subarray(start, end),
    file: (damaged) => {
      const whole = Buffer.from(file)
      whole.fill('.', start, end)
      damaged.copy(whole, start, 0, Math.min(damaged.length, end - start))
      return whole
    },
  }
}

const expected = new Set(['ERR_CHECKPOINT_FORMAT', 'ERR_CHECKPOINT_REFUSED'])

/**
 * Opens a file and reads all of its tensors. Resolves with `good` or with the code of the error; rejects where it ends
 * in another way, or a tensor is not what was said of it.
 */
async function tried(path: string, bytes: number): Promise<string> {
  try {
    const checkpoint = await openCheckpoint(path)
    try {
      for (const [name, { dtype, shape, range }] of checkpoint.entries) {
        if (range && range.offset + range.length > bytes) throw new Error(`the range of ${name} is outside the file`)
        const { data } = await checkpoint.tensor(name)
        if (data.length !== byteLength(dtype, shape)) throw new Error(`${name} has ${data.length} bytes`)
        let length = 0
        for await (const piece of checkpoint.pieces(name)) length += piece.length
        if (length !== data.length) throw new Error(`${name} has pieces of ${length} bytes`)
      }
    } finally {
      await checkpoint.close()
    }
    return 'good'
  } catch (error) {
    if (error instanceof PdfnetError && expected.has(error.code) && error.message.length < 1000) return error.code
    throw error
  }
}
