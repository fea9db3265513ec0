/** One run of ffmpeg as a child process: its pipes, what it said, how it ended. */

import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'

export interface Ending {
  /** Null where a signal ended it. */
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** The last lines of its standard error. */
  readonly said: readonly string[]
}

const mostLines = 50
const longestLine = 500

/** Says nothing without the line before, or at all. */
const isEmpty = /^(\s*Last message repeated \d+ times)?$/

export class FfmpegProcess {
  readonly ended: Promise<Ending>
  private readonly child: ChildProcess
  private readonly said: string[] = []
  private rest = ''
  private hasEnded = false
  private refuse = (): void => undefined

  /**
   * Its pipes are 0 (in), 1, 3 and 4 (out). A process group of its own keeps a terminal's Ctrl-C from it: we say how it
   * ends.
   * @param folder from which it runs: our own by default
   */
  constructor(program: string, args: readonly string[], folder?: string) {
    const all = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', ...args]
    this.child = spawn(program, all, { stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'], detached: true, cwd: folder })
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => this.listen(text))
    // Broken pipes are told by how it ends.
    for (const stream of this.child.stdio) stream?.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ status: null, signal: null, said: [error.message] }))
      this.child.once('close', (status, signal) => resolve({ status, signal, said: this.lines() }))
    })
    void this.ended.then(() => {
      this.hasEnded = true
      this.refuse()
    })
  }

  /**
   * Whether its input took all of it, one after the other. A program that has ended takes nothing, and a broken pipe is
   * not always told; to race each write with the end would keep something of all of them until then.
   */
  take(data: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.refuse = () => resolve(false)
      if (this.hasEnded) this.refuse()
      else this.input.write(data, (error) => resolve(!error))
    })
  }

  get input(): Writable {
    return this.child.stdin!
  }

  get output(): Readable {
    return this.child.stdout!
  }

  get sideOutput(): Readable {
    return this.child.stdio[3] as Readable
  }

  get soundOutput(): Readable {
    return this.child.stdio[4] as Readable
  }

  /** What it has computed, read and written so far: text that stays as it is while it does nothing. */
  async effort(): Promise<string> {
    const folder = `/proc/${this.child.pid}`
    const files = ['stat', 'io'].map((name) => readFile(`${folder}/${name}`, 'latin1').catch(() => ''))
    const [stat = '', io = ''] = await Promise.all(files)
    // The 14th and 15th field, of which the second is a name in brackets: time in the program, and in the kernel for it.
    const times = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14)
    return [...times, io].join(' ')
  }

  /** It finishes what it writes, and ends. */
  interrupt(): void {
    this.child.kill('SIGINT')
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private listen(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()!.slice(-longestLine)
    this.said.push(...lines.filter((line) => !isEmpty.test(line)).map((line) => line.slice(0, longestLine)))
    this.said.splice(0, this.said.length - mostLines)
  }

  private lines(): readonly string[] {
    return this.rest === '' ? this.said : [...this.said, this.rest]
  }
}
