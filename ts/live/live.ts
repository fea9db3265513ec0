/** Live video under way: frames from the source to the output, as many as can be matted in time. */

import { aborted, asPdfnetError } from '../errors.js'
import { FrameMemory } from '../matting/index.js'
import type { Picture, Programs, VideoInfo } from '../video/index.js'
import { Egress } from './egress.js'
import type { EgressOptions } from './egress-arguments.js'
import type { InputEndpoint, OutputEndpoint } from './endpoint.js'
import { Governor, ladder, type LiveDecision } from './governor.js'
import { Ingest } from './ingest.js'
import { sampleMeaning } from './ingest-arguments.js'
import { Inlet } from './inlet.js'
import { Latency } from './latency.js'
import { NewestFrames, type LiveFrame } from './newest.js'
import type { LiveEvent, LiveOptions, LiveReport } from './options.js'
import { Outlet } from './outlet.js'
import { Pace } from './pace.js'
import { SourceClock } from './source-clock.js'
import { Timeline } from './timeline.js'

export interface LiveParts {
  readonly options: LiveOptions
  readonly programs: Programs
  readonly input: InputEndpoint
  /** Whether a source that ended will not go on. Never rejects. */
  readonly isOver: (signal: AbortSignal) => Promise<boolean>
  readonly output: OutputEndpoint
  readonly info: VideoInfo
  readonly picture: Picture
  readonly encoding: EgressOptions
  /** Seconds. */
  readonly stall: number
}

const usualHold = 24
const usualGiveUp = 300
const usualRate = 30
/** How often as many frames as at first are served by one depth map, at most. */
const depthFactors = [1, 2, 4, 8]
const keptFrames = 8

export class Live {
  /** Resolves when a file has ended, or after `stop`; rejects with what ended it otherwise. */
  readonly ended: Promise<LiveReport>
  private readonly began = performance.now()
  private readonly memory = new FrameMemory(keptFrames)
  private readonly newest: NewestFrames
  private readonly governor: Governor
  private readonly inlet: Inlet
  private readonly outlet: Outlet
  private readonly timeline: Timeline
  private readonly latency = new Latency()
  private readonly counted = { arrived: 0, dropped: 0, written: 0, unwritten: 0 }
  private seconds: number | undefined

  constructor(private readonly parts: LiveParts) {
    const { options, programs, input, isOver, output, info, picture, encoding, stall } = parts
    const { mattings, depthEvery = 1, hold = usualHold, giveUp = usualGiveUp } = options
    const hasDepth = mattings[0]!.model.input.depth !== undefined
    const depths = hasDepth ? depthFactors.map((factor) => factor * depthEvery) : [1]
    this.governor = new Governor(ladder(mattings.length, depths), hold, this.began)
    const { num, den } = info.frameRate ?? { num: usualRate, den: 1 }
    this.newest = new NewestFrames((1000 * den) / num, (frame) => this.drop(frame))
    const tell = (event: LiveEvent): void => options.onEvent?.(event)
    this.inlet = new Inlet(input, () => this.connect(), isOver, 1000 * giveUp, tell)
    const send = (): Egress => new Egress(programs, output, info, picture.pixels, encoding, stall)
    this.outlet = new Outlet(output, send, 1000 * giveUp, tell)
    this.timeline = new Timeline((samples, at) => this.outlet.sound(samples, at))
    this.ended = this.run()
    this.ended.catch(() => undefined)
  }

  /** Until now, or until its end. */
  report(): LiveReport {
    const { input, output, info, encoding } = this.parts
    const seconds = this.seconds ?? (performance.now() - this.began) / 1000
    const { width, height, audio } = info
    return {
      ...{ input: input.name, output: output.name, encoder: output.isRaw ? 'rawvideo' : encoding.encoder },
      ...{ width, height, hasSound: audio.length > 0 && !output.isRaw, seconds, frames: { ...this.counted } },
      ...{ framesPerSecond: this.counted.written / seconds, latency: this.latency.percentiles },
      ...{ losses: { input: this.inlet.losses, output: this.outlet.losses }, step: this.governor.step },
    }
  }

  /** What has come is still written; then the output is closed. As `ended`. */
  stop(): Promise<LiveReport> {
    this.inlet.stop()
    this.newest.end()
    return this.ended
  }

  private async run(): Promise<LiveReport> {
    const { signal } = this.parts.options
    this.outlet.open()
    const reading = this.inlet.run().finally(() => this.newest.end())
    reading.catch(() => undefined)
    const abort = (): void => void this.stop()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      while (!this.newest.isOver) await this.matte()
      await reading
      if (signal?.aborted) throw aborted(signal)
      await this.outlet.finish()
      return this.report()
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : asPdfnetError(error)
    } finally {
      signal?.removeEventListener('abort', abort)
      this.inlet.stop()
      this.newest.end()
      await reading.catch(() => undefined)
      await this.outlet.abandon()
      await this.parts.picture.close()
      this.seconds = (performance.now() - this.began) / 1000
    }
  }

  /** Until the governor takes another step, or the end. */
  private async matte(): Promise<void> {
    const { picture, options } = this.parts
    const { step } = this.governor
    const pace = new Pace()
    const waiting = this.newest.take(() => this.governor.step === step, pace)
    const matting = options.mattings[step.matting]!
    // One more than are computed: each further one would only come later.
    const flow = { inFlight: matting.atOnce + 1, depthEvery: step.depthEvery, signal: options.signal }
    for await (const frame of matting.frames(waiting, flow)) {
      pace.came(frame, performance.now())
      const source = frame.source as LiveFrame
      const samples = await picture.of(frame, frame.timestamp / 1e6)
      const isWritten = await this.outlet.write(samples, frame.timestamp)
      this.memory.give(source.data)
      const now = performance.now()
      if (isWritten) this.wrote(source, now)
      else this.foundNoOutput(now)
    }
  }

  private wrote({ captured }: LiveFrame, now: number): void {
    this.counted.written += 1
    this.latency.add(now - captured)
    this.follow(this.governor.wrote(now))
  }

  private foundNoOutput(now: number): void {
    this.counted.unwritten += 1
    this.governor.rest(now)
  }

  private drop({ data }: LiveFrame): void {
    this.counted.dropped += 1
    this.governor.dropped()
    this.memory.give(data)
  }

  private connect(): Ingest {
    const { programs, input, info, stall } = this.parts
    const { width, height } = info
    const clock = new SourceClock()
    const meaning = { width, height, format: 'i420', ...sampleMeaning(info) } as const
    this.timeline.restart()
    this.governor.rest(performance.now())
    const ingest = new Ingest(programs, input, info, this.memory, stall, {
      frame: (data, time) => {
        const now = performance.now()
        const captured = clock.captured(time / 1000, now)
        const timestamp = this.timeline.frame(time, 1000 * (now - this.began))
        this.counted.arrived += 1
        this.inlet.works()
        this.newest.offer({ data, ...meaning, timestamp, captured })
        this.follow(this.governor.arrived(now))
        if (clock.hasJumped && !input.isFile) ingest.stop('its timestamps jumped')
      },
      sound: (samples, time) => this.timeline.sound(samples, time),
    })
    return ingest
  }

  private follow(decisions: readonly LiveDecision[]): void {
    for (const decision of decisions) {
      this.parts.options.onEvent?.({ type: 'governor', ...decision })
      if (decision.action === 'up' || decision.action === 'down') this.newest.nudge()
    }
  }
}
