/** Reads damaged files of every kind that comes from outside: the same seed gives the same files. */

import { writeFile } from 'node:fs/promises'
import { checkpoints } from './checkpoints.js'
import { Random, damaged } from './damage.js'
import { graphs } from './graphs.js'

/** What is damaged, and how a file is made of it. */
export interface Subject {
  readonly name: string
  readonly bytes: Buffer
  readonly file: (damaged: Buffer) => Buffer
  /** @default `damaged` */
  readonly damage?: typeof damaged
  /**
   * Reads the file as far as it goes. Resolves with `good` or with the code of the error; rejects where it ends in
   * another way, or what was read is not what was said of it.
   */
  readonly tried: (path: string, bytes: number) => Promise<string>
}

export interface FuzzReport {
  readonly rounds: number
  /** How often each ending was met. */
  readonly endings: Readonly<Record<string, number>>
  /** Of the slowest file, in milliseconds of processor time. */
  readonly slowest: number
}

/** Damages subjects in turn and tries them. Rejects with the seed of the round in its message where one fails. */
export async function fuzz(folder: string, seed: number, isDone: (rounds: number) => boolean): Promise<FuzzReport> {
  const all = [...(await checkpoints()), ...(await graphs(folder))]
  const endings: Record<string, number> = {}
  let slowest = 0
  let rounds = 0
  for (; !isDone(rounds); rounds++) {
    const random = new Random(seed + rounds)
    const subject = random.of(all)
    const file = subject.file((subject.damage ?? damaged)(subject.bytes, random.of(all).bytes, random))
    const path = `${folder}/damaged`
    await writeFile(path, file)
    const start = process.cpuUsage()
    const ending = await subject.tried(path, file.length).catch((cause: unknown) => {
      throw new Error(`seed ${seed + rounds}, ${subject.name}: ${String(cause)}`, { cause })
    })
    const { user, system } = process.cpuUsage(start)
    slowest = Math.max(slowest, (user + system) / 1000)
    endings[ending] = (endings[ending] ?? 0) + 1
  }
  return { rounds, endings, slowest }
}
