/** How the command line speaks: results on standard output, progress and errors on standard error. */

import { createRequire } from 'node:module'
import type { SingleBar } from 'cli-progress'
import type { PdfnetError } from '../errors.js'
import type { Progress } from '../progress.js'

const require = createRequire(import.meta.url)

export class Terminal {
  private bar: SingleBar | undefined
  private shown: string | undefined
  private isStatus = false

  /** @param json one JSON object a line on standard output, nothing else */
  constructor(readonly json: boolean) {}

  /** A result: `text` for a person, `data` for a program. */
  result(text: string, data: unknown): void {
    this.interruptBar(() => process.stdout.write(this.json ? `${JSON.stringify(data)}\n` : `${text}\n`))
  }

  /** Something a person should know; programs find it in the results. */
  note(text: string): void {
    if (!this.json) this.interruptBar(() => process.stderr.write(`${text}\n`))
  }

  fail(error: PdfnetError): void {
    this.end()
    if (this.json) process.stdout.write(`${JSON.stringify({ error })}\n`)
    else process.stderr.write(describeError(error, process.stderr.isTTY ? shownLines : Infinity))
  }

  /** A bar on a terminal; a line when something begins in a pipe; nothing with --json. */
  readonly progress = ({ stage, name, done, total }: Progress): void => {
    if (this.json) return
    const title = `${stage} ${name}`
    if (!process.stderr.isTTY) {
      if (this.shown !== title) process.stderr.write(`${title}\n`)
      this.shown = title
      return
    }
    if (this.shown !== title) {
      this.end()
      this.shown = title
      // Loaded when there is a bar to show: most verbs end before.
      const { SingleBar } = require('cli-progress') as typeof import('cli-progress')
      this.bar = new SingleBar({ format: '{title} [{bar}] {percentage}%', clearOnComplete: true, hideCursor: true })
      this.bar.start(total, done, { title })
    } else this.bar?.update(done)
    if (done >= total) this.end()
  }

  /** What goes on where nobody knows how much is left: one line that is written over; in a pipe a line for each title. */
  readonly status = (title: string, detail: string): void => {
    if (this.json) return
    if (process.stderr.isTTY) {
      this.end()
      this.isStatus = true
      process.stderr.write(`\r\x1b[K${title} (${detail})`)
    } else if (this.shown !== title) process.stderr.write(`${title} (${detail})\n`)
    this.shown = title
  }

  /** Takes the bar away. */
  end(): void {
    if (this.isStatus) process.stderr.write('\r\x1b[K')
    this.isStatus = false
    this.bar?.stop()
    this.bar = undefined
  }

  private interruptBar(write: () => void): void {
    this.end()
    // On a terminal the bar is drawn again below what was written; in a pipe its line was written once.
    if (process.stderr.isTTY) this.shown = undefined
    write()
  }
}

/** Of a message that lists hundreds of weights: more would push its first line out of sight. */
const shownLines = 24

/**
 * What happened, why, and what to do: three lines, and more where the message is a list.
 * @param most lines of the message
 */
export function describeError({ code, message, remedy, cause }: PdfnetError, most = Infinity): string {
  const why = cause instanceof Error ? firstLine(cause.message) : ''
  const reason = message.includes(why) ? '' : `  cause: ${why}\n`
  return `error: ${shortened(message, most)} (${code})\n${reason}  remedy: ${remedy}\n`
}

function shortened(message: string, most: number): string {
  const lines = message.split('\n')
  if (lines.length <= most) return message
  return [...lines.slice(0, most - 1), `  … and ${lines.length - most + 1} more: --json lists them all`].join('\n')
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}
