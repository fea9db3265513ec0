/** The side of a bench that mattes: opens one configuration, and runs rounds as it is told. */

import { asPdfnetError } from '../errors.js'
import type { Matte, MattingOptions } from '../matting/index.js'
import type { Answers, Message, Question, Subject } from './messages.js'
import { runRound } from './round.js'

export type OpenSubject = (options: MattingOptions) => Promise<Subject>

/** Answers the questions of the process that forked this one, until that goes away. */
export function serve(open: OpenSubject): void {
  const server = new Server(open)
  // The one who asks hears of Ctrl-C as well, and goes away.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined)
  process.once('disconnect', () => void server.stop())
  process.on('message', (question: Question) => {
    server.answer(question).then(
      (answer) => tell({ answer }),
      (error: unknown) => {
        const { code, message, remedy, details } = asPdfnetError(error)
        tell({ error: { code, message, remedy, details } })
      },
    )
  })
}

class Server {
  private readonly stopping = new AbortController()
  private subject: Subject | undefined
  private matte: (() => Promise<Matte>) | undefined

  constructor(private readonly open: OpenSubject) {}

  answer(question: Question): Promise<Answers[keyof Answers]> {
    switch (question.ask) {
      case 'open':
        return this.openSubject(question)
      case 'round':
        return this.round(question)
      case 'close':
        return this.close()
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.subject?.dispose()
  }

  private async openSubject({
    configuration,
    picture,
    depth,
  }: Extract<Question, { ask: 'open' }>): Promise<Answers['open']> {
    const began = performance.now()
    const { signal } = this.stopping
    const subject = await this.open({
      ...configuration,
      signal,
      onProgress: (progress) => tell({ progress }),
      onPhase: (phase) => tell({ phase }),
    })
    const options = { foreground: false, signal, ...(configuration.depth === 'given' && { depth }) }
    this.subject = subject
    this.matte = () => subject.matte(picture, options)
    const { device, gpuBytes } = subject
    return { device, gpuBytes, seconds: (performance.now() - began) / 1000 }
  }

  private async round({ extent, callers }: Extract<Question, { ask: 'round' }>): Promise<Answers['round']> {
    const subject = this.subject!
    const before = subject.metrics().batches
    const round = await runRound(this.matte!, extent, callers)
    const after = subject.metrics().batches
    return { ...round, batch: (after.sum - before.sum) / (after.count - before.count) }
  }

  private async close(): Promise<Answers['close']> {
    await this.subject?.dispose()
    return { peakRssBytes: process.resourceUsage().maxRSS * 1024 }
  }
}

/** Nobody listens any more once the channel is closed. */
function tell(message: Message): void {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined)
}
