/** Pseudo-depth at a cadence: one frame has it inferred, those after it are given its map. */

import type { Tensor } from '../tensor.js'
import type { Frame } from './frame.js'

export interface WithDepth {
  readonly frame: Frame
  readonly map: Tensor | undefined
}

export type RunWithDepth = (given: Promise<Tensor | undefined> | undefined, wantDepth: boolean) => Promise<WithDepth>

export class DepthCadence {
  private latest: Promise<Tensor | undefined> | undefined
  private served = 0

  /** @param every how many frames a map serves */
  constructor(private readonly every: number) {}

  /** Of the frames one after the other; each scene has a map of its own. */
  async of(isCut: boolean, run: RunWithDepth): Promise<Frame> {
    if (this.every === 1) return (await run(undefined, false)).frame
    this.served = isCut || this.served === this.every ? 1 : this.served + 1
    if (this.latest && this.served > 1) return (await run(this.latest, false)).frame
    const running = run(undefined, true)
    this.latest = running.then(({ map }) => map)
    // Those that wait for the map fail with it; where none does, the frame itself does.
    this.latest.catch(() => undefined)
    return (await running).frame
  }
}
