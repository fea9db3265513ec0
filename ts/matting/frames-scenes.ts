/** Cuts between scenes: found as frames come in, from their brightness at a glance. */

import { addon } from '../native.js'
import { checkRawFrame, type RawFrame } from './frame.js'

/** Of the addon: a grid of 32 × 32. */
const glanceCells = 32 * 32

/** Shares of the whole range. Motion changes cells, and histograms little; a cut changes both, or cells very much. */
const cut = { cells: 0.06, histogram: 0.05, cellsAlone: 0.2, timesUsual: 3 }

/** How slowly what is usual follows. */
const memory = 0.8

export class Scenes {
  private before: Uint8Array | undefined
  private usual = 0
  private latest: Promise<boolean> = Promise.resolve(false)

  /** Whether a scene begins with the frame, which follows the one of the call before. Never rejects. */
  of(raw: RawFrame, index: number): Promise<boolean> {
    const earlier = this.latest
    // What is wrong with a frame is told where it is inferred.
    this.latest = earlier.then(() => this.look(raw, index)).catch(() => false)
    return this.latest
  }

  private async look(raw: RawFrame, index: number): Promise<boolean> {
    checkRawFrame(raw, index)
    const { data, width, height, format } = raw
    const step = format === 'rgb24' ? 3 : format === 'rgba' ? 4 : 1
    const now = new Uint8Array(glanceCells)
    const apart = new Float64Array(2)
    await addon().glance(now, apart, data, this.before ?? new Uint8Array(glanceCells), { width, height }, step)
    const isFirst = this.before === undefined
    this.before = now
    if (raw.isCut === true) {
      this.usual = 0
      return true
    }
    return !isFirst && this.judge(apart[0]!, apart[1]!)
  }

  private judge(cells: number, histogram: number): boolean {
    const isUnlike = cells >= cut.cellsAlone || (cells >= cut.cells && histogram >= cut.histogram)
    const isCut = isUnlike && cells >= cut.timesUsual * this.usual
    if (!isCut) this.usual = memory * this.usual + (1 - memory) * cells
    return isCut
  }
}
