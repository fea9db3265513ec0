/** Damages checkpoints at random, but steadily: the same seed gives the same files. */

import { readFile, writeFile } from 'node:fs/promises'
import { openCheckpoint } from '#dist/checkpoint/index.js'
import { PdfnetError } from '#dist/errors.js'
import { byteLength } from '#dist/tensor.js'
import { legacyFile, safetensorsFile, torchFile } from './files.js'
import { fixture, float32 } from './help.js'
import { dict, tensor } from './pickles.js'

/** What is damaged, and how a file is made of it. */
interface Subject {
  readonly name: string
  readonly bytes: Buffer
  readonly file: (damaged: Buffer) => Buffer
}

/** Steady across runs, so that a failure can be found again. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
}

/** Whole files, and the parts that a change of a whole file would rarely reach behind its checks. */
export async function subjects(): Promise<readonly Subject[]> {
  const names = ['types.pth', 'views.pth', 'training.pth', 'protocol5.pth', 'attributes.pth']
  const legacy = ['types-legacy.pth', 'views-legacy.pth', 'training-legacy.pth', 'protocol5-legacy.pth']
  const whole = await Promise.all(
    [...names, ...legacy, 'types.safetensors', 'whole-module.pth'].map(async (name) => ({
      name,
      bytes: await readFile(fixture(name)),
      file: (damaged: Buffer) => damaged,
    })),
  )
  const header = whole.find(({ name }) => name === 'types.safetensors')!.bytes
  const jsonBytes = header.readUInt32LE(0)
  const six = { 0: float32(1, 2, 3, 4, 5, 6) }
  const root = dict({ 'module.w': tensor([2, 3], [3, 1]), 'module.t': tensor([3, 2], [1, 3]), 'module.x': 5 })
  return [
    ...whole,
    ...whole.filter(({ name }) => names.includes(name)).map(({ name, bytes }) => pickleOf(name, bytes)),
    { name: 'pickle in a zip file', bytes: root, file: (damaged) => torchFile(damaged, six) },
    { name: 'pickle in a legacy file', bytes: root, file: (damaged) => legacyFile(damaged, six) },
    {
      name: 'header of safetensors',
      bytes: header.subarray(8, 8 + jsonBytes),
      file: (damaged) => safetensorsFile(damaged.toString('latin1'), header.subarray(8 + jsonBytes)),
    },
  ]
}

/** PyTorch's own pickle, put back where it stood: padded, since the zip file says how long it is. */
function pickleOf(name: string, file: Buffer): Subject {
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

const oddNumbers = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn]
const oddWide = [2n ** 32n, 2n ** 52n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]
const oddTexts = [
  '(',
  ']a',
  '}',
  ')\x85',
  'cos\nsystem\n',
  'R',
  'b',
  'Q',
  'q\0',
  'h\0',
  '-1',
  '1e99',
  '[[',
  '"',
  '{}',
  ',',
  'PK\x05\x06',
]

/** One to three changes. */
export function damaged(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let changed = Buffer.from(bytes)
  for (let changes = 1 + random.below(3); changes > 0 && changed.length > 8; changes--) {
    const at = random.below(changed.length - 8)
    const length = 1 + random.below(Math.min(64, changed.length - at))
    const [before, part, after] = [
      changed.subarray(0, at),
      changed.subarray(at, at + length),
      changed.subarray(at + length),
    ]
    const from = random.below(other.length)
    switch (random.below(9)) {
      case 0:
      case 1:
        changed[at]! ^= 1 << random.below(8)
        break
      case 2:
        changed[at] = random.below(256)
        break
      case 3:
        changed.writeUInt32LE(Number(random.of(oddNumbers)), at)
        break
      case 4:
        changed.writeBigUInt64LE(random.of([...oddNumbers, ...oddWide]), at)
        break
      case 5:
        changed = Buffer.concat([before, after])
        break
      case 6:
        changed = Buffer.concat([before, ...new Array<Buffer>(1 + random.below(200)).fill(part), after])
        break
      case 7:
        changed = Buffer.concat([before, Buffer.from(random.of(oddTexts), 'latin1'), after])
        break
      default:
        changed = Buffer.concat([before, other.subarray(from, from + length), after])
    }
  }
  return random.below(12) === 0 ? changed.subarray(0, random.below(changed.length)) : changed
}

const expected = new Set(['ERR_CHECKPOINT_FORMAT', 'ERR_CHECKPOINT_REFUSED'])

/**
 * Opens a file and reads all of its tensors. Resolves with `good` or with the code of the error; rejects where it ends
 * in another way, or a tensor is not what was said of it.
 */
export async function tried(path: string, bytes: number): Promise<string> {
  try {
    const checkpoint = await openCheckpoint(path)
    try {
      for (const [name, { dtype, shape, range }] of checkpoint.entries) {
        if (range && range.offset + range.length > bytes) throw new Error(`the range of ${name} is outside the file`)
        const { data } = await checkpoint.tensor(name)
        if (data.length !== byteLength(dtype, shape)) throw new Error(`${name} has ${data.length} bytes`)
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

export interface FuzzReport {
  readonly rounds: number
  /** How often each ending was met. */
  readonly endings: Readonly<Record<string, number>>
  /** Of the slowest file, in milliseconds of processor time. */
  readonly slowest: number
}

/** Damages subjects in turn and tries them. Rejects with the seed of the round in its message where one fails. */
export async function fuzz(folder: string, seed: number, isDone: (rounds: number) => boolean): Promise<FuzzReport> {
  const all = await subjects()
  const endings: Record<string, number> = {}
  let slowest = 0
  let rounds = 0
  for (; !isDone(rounds); rounds++) {
    const random = new Random(seed + rounds)
    const subject = random.of(all)
    const file = subject.file(damaged(subject.bytes, random.of(all).bytes, random))
    const path = `${folder}/damaged`
    await writeFile(path, file)
    const start = process.cpuUsage()
    const ending = await tried(path, file.length).catch((cause: unknown) => {
      throw new Error(`seed ${seed + rounds}, ${subject.name}: ${String(cause)}`, { cause })
    })
    const { user, system } = process.cpuUsage(start)
    slowest = Math.max(slowest, (user + system) / 1000)
    endings[ending] = (endings[ending] ?? 0) + 1
  }
  return { rounds, endings, slowest }
}
