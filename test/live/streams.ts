/** Streams on this machine, each an ffmpeg of its own, and a matting that takes its time. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { LiveEvent, LiveOptions } from '#dist/live/index.js'
import { RedChain } from '../matting/red-chain.js'
import { clipFolder, redMatting } from '../video/clips.js'

/** How clips are encoded, what they show, and what lies behind it when they are matted. */
export const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '15']
export const pattern = (rate: number, seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=${rate}:d=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=d=${seconds}`],
]
export const over = { background: 'black' } as const

/** Runs the body with a folder, where there is ffmpeg. */
export function withClips(body: (t: ExecutionContext, at: (name: string) => string) => Promise<void>) {
  return async (t: ExecutionContext): Promise<void> => {
    const folder = await clipFolder(t)
    if (folder !== undefined) await body(t, (name) => join(folder, name))
  }
}

type LiveMatting = LiveOptions['mattings'][number]

/** Of which the matte is a frame's red, after so many milliseconds. */
export function slowMatting(milliseconds: number): LiveMatting {
  const chain = new RedChain()
  chain.milliseconds = milliseconds
  const model = { input: { depth: undefined } } as unknown as LiveMatting['model']
  return { ...redMatting(chain), atOnce: 1, model }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** An ffmpeg that is begun again whenever it ends, until the test does. */
export class Looped {
  private child: ChildProcess
  private isOver = false

  constructor(
    t: ExecutionContext,
    private readonly args: readonly string[],
  ) {
    this.child = this.start()
    t.teardown(async () => {
      this.isOver = true
      const ended = once(this.child, 'exit')
      if (this.child.exitCode === null && this.child.signalCode === null) {
        this.child.kill('SIGKILL')
        await ended
      }
    })
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  private start(): ChildProcess {
    const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...this.args], { stdio: 'ignore' })
    child.once('exit', () => {
      if (!this.isOver) this.child = this.start()
    })
    return child
  }
}

/** What live video tells, and a way to wait for one of it. */
export class Events {
  readonly all: LiveEvent[] = []
  private waiting: (() => void)[] = []

  readonly add = (event: LiveEvent): void => {
    this.all.push(event)
    for (const wake of this.waiting.splice(0)) wake()
  }

  async until(isIt: (event: LiveEvent) => boolean): Promise<LiveEvent> {
    for (;;) {
      const found = this.all.find(isIt)
      if (found) return found
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }
}
