/** A clip that shows frames, mattes and cut-outs side by side. */

import type { Size } from '../image/index.js'
import type { Frame } from '../matting/index.js'
import type { Codec } from './codecs.js'
import { usualMatrix } from './colour.js'
import type { WholeOutput } from './output.js'
import type { VideoInfo } from './probe.js'

const tallest = 360

/** A `Preview`. */
export class PreviewClip {
  constructor(private readonly output: WholeOutput) {}

  async add(frame: Frame): Promise<void> {
    await this.output.write(await frame.rgba(), frame.timestamp)
  }

  finish(): Promise<void> {
    return this.output.finish()
  }

  stop(isAborted: boolean): Promise<void> {
    return this.output.stop(isAborted)
  }
}

/** What a clip is written as: opaque and without sound. */
export function opaque(codec: Codec): Codec {
  return { ...codec, pixelFormat: 'yuv420p', hasAlpha: false, sound: undefined }
}

/** Filters from frames of RGBA to three of them in a row: their colours, their alpha, and both over checkers. */
export function sideBySide({ colour }: VideoInfo, shape: Size): string {
  const height = 2 * Math.round(Math.min(tallest, Math.max(2, shape.height)) / 2)
  const width = 2 * Math.max(1, Math.round((height * shape.width) / shape.height / 2))
  const grey = "'153+51*mod(floor(X/8)+floor(Y/8),2)'"
  return [
    `scale=${width}:${height}:flags=area,format=gbrap,split[colours][alpha]`,
    '[colours]format=gbrp,split[shown][above]',
    '[alpha]extractplanes=a,mergeplanes=0x000000:gbrp,split[matte][share]',
    // One frame, which stays, in the ticks of the others: in coarser ones every frame would come twice.
    `color=s=${width}x${height},format=gbrp,geq=r=${grey}:g=${grey}:b=${grey},trim=end_frame=1,settb=1/1000000[checkers]`,
    '[checkers][above][share]maskedmerge[cutout]',
    `[shown][matte][cutout]hstack=3,scale=out_color_matrix=${colour.matrix ?? usualMatrix}:in_range=pc:out_range=tv,format=yuv420p,setsar=1`,
  ].join(';')
}
