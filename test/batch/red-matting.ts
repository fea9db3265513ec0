/** A matting of which the matte is a picture's red, and small pictures for it. */

import type { MatteOptions, PictureInput } from '#dist/index.js'
import type { Matte, UseMatte } from '#dist/matting/index.js'
import { matteOf } from '#dist/matting/pass.js'
import { Schedule, type Pass, type ScheduleOptions } from '#dist/matting/schedule.js'
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
  private readonly schedule: Schedule

  constructor(options: Partial<ScheduleOptions> = {}) {
    this.schedule = new Schedule(this.chain, { concurrency: 1, capacity: 1024, ...options })
  }

  async matte(input: PictureInput, options?: MatteOptions): Promise<Matte>
  async matte<Used>(input: PictureInput, options: MatteOptions, use: UseMatte<Used>): Promise<Used>
  async matte(input: PictureInput, options: MatteOptions = {}, use?: UseMatte<unknown>): Promise<unknown> {
    this.asked.push(input as string)
    this.running += 1
    this.most = Math.max(this.most, this.running)
    try {
      const pass: Pass<Matte> = (infer, _, admit) =>
        matteOf(input, (item, signal) => infer({ ...item, wantDepth: false }, signal), sizes, options, admit)
      return await (use ? this.schedule.run(pass, options, use) : this.schedule.run(pass, options))
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
