/** Damages bytes at random, but steadily: the same seed gives the same bytes. */

/** Steady across runs, so that a failure can be found again. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  of<T>(items: ArrayLike<T>): T {
    return items[this.below(items.length)]!
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

/** One to four bytes are others, mostly such as stand elsewhere. */
export function nudged(bytes: Buffer, _other: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes)
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(changed.length)
    const byte = changed[at]!
    changed[at] = random.of([byte ^ (1 << random.below(8)), byte + 1, byte - 1, 0, random.of(bytes), random.of(bytes)])
  }
  return changed
}

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
