/** The bytes of a pickle, read forwards. */

import { limits } from './limits.js'
import { malformed, refused } from './problems.js'

export class PickleInput {
  /** @param isWhole false where `bytes` is the beginning of something longer, which ends at a limit */
  constructor(
    private readonly bytes: Buffer,
    private readonly isWhole: boolean,
    public at = 0,
  ) {}

  /** Steps over `count` bytes and tells where they begin. */
  skip(count: number): number {
    const start = this.at
    if (start + count > this.bytes.length) {
      throw this.isWhole
        ? malformed('its pickle is truncated')
        : refused(`its pickle is longer than ${limits.pickleBytes} bytes`)
    }
    this.at += count
    return start
  }

  uint8(): number {
    return this.bytes[this.skip(1)]!
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.skip(2))
  }

  int32(): number {
    return this.bytes.readInt32LE(this.skip(4))
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.skip(4))
  }

  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.skip(8)))
  }

  /** The only number that pickles store with its high byte first. */
  float64(): number {
    return this.bytes.readDoubleBE(this.skip(8))
  }

  text(count: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    const start = this.skip(count)
    return this.bytes.toString(encoding, start, start + count)
  }

  /** Up to a line feed, which is stepped over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    const text = this.text((end < 0 ? this.bytes.length + 1 : end) - this.at)
    this.at++
    return text
  }

  /** Two's complement of any length. */
  integer(count: number): number | bigint {
    if (count > limits.integerBytes) throw refused(`its pickle has an integer of ${count} bytes`)
    const start = this.skip(count)
    if (count === 0) return 0
    const digits = Buffer.from(this.bytes.subarray(start, start + count))
      .reverse()
      .toString('hex')
    const value = BigInt.asIntN(8 * count, BigInt(`0x${digits}`))
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }
}
