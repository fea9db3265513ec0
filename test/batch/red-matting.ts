/** A matting of which the matte is a picture's red, and small pictures for it. */

import type { MatteOptions, PictureInput } from '#dist/index.js'
import type { Matte } from '#dist/matting/index.js'
import type { Infer } from '#dist/matting/inference.js'
import { matteOf } from '#dist/matting/pass.js'
import { Schedule } from '#dist/matting/schedule.js'
import sharp from 'sharp'
import { RedChain } from '../matting/red-chain.js'

const sizes = { input: { width: 8, height: 8 }, largest: 64 }

export class RedMatting {
  readonly chain = new RedChain()
  /** Paths of pictures that were asked for. */
  readonly asked: string[] = []
  /** Of them on their way now, and the most at a time. */
  running = 0
  most = 0
  private readonly schedule = new Schedule(this.chain, { concurrency: 1, capacity: 1024 })

  async matte(input: PictureInput, options: MatteOptions = {}): Promise<Matte> {
    this.asked.push(input as string)
    this.running += 1
    this.most = Math.max(this.most, this.running)
    try {
      const pass = (infer: Infer): Promise<Matte> =>
        matteOf(input, (item, signal) => infer({ ...item, wantDepth: false }, signal), sizes, options)
      return await this.schedule.run(pass, options)
    } finally {
      this.running -= 1
    }
  }

  metrics(): ReturnType<Schedule['metrics']> {
    return this.schedule.metrics()
  }
}

/** A PNG of one colour. */
export function redPicture(red: number): Promise<Buffer> {
  return sharp({ create: { width: 6, height: 4, channels: 3, background: { r: red, g: 9, b: 9 } } })
    .png()
    .toBuffer()
}
