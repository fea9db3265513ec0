/** A lock on a file in the making, which lies beside it: of two jobs that would write the same file one is refused. */

import { createHash } from 'node:crypto'
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PdfnetError } from '../errors.js'
import { heartbeat, isAlive, isOwnerName, newOwnerName } from '../store/index.js'

const prefix = '.pdfnet-trt-lock'

/** Two jobs that begin at once both step back, and look again. */
const attempts = 3

/**
 * Held from `take` to `release`. As the store's claims: a file of a name that is never used again announces its owner,
 * who looks for others afterwards; a dead owner's can be removed by anyone at any time.
 */
export class OutputLock {
  private readonly timer: NodeJS.Timeout

  private constructor(private readonly file: string) {
    const touch = (now = new Date()): Promise<void> => utimes(file, now, now).catch(() => undefined)
    this.timer = setInterval(() => void touch(), heartbeat.every).unref()
  }

  /**
   * Rejects with ERR_OUTPUT_CLASH where another job holds it, with ERR_OUTPUT_WRITE where the folder cannot be written.
   * @param name within the folder, which need not be there
   */
  static async take(folder: string, name: string): Promise<OutputLock> {
    const path = join(folder, name)
    const what = `${prefix}~${createHash('sha256').update(name).digest('hex').slice(0, 16)}~`
    const own = what + newOwnerName()
    let holder: string | undefined
    try {
      for (let attempt = 0; attempt < attempts; attempt++) {
        await writeFile(join(folder, own), '', { flag: 'wx' })
        holder = (await livingLocks(folder)).find((other) => other.startsWith(what) && other !== own)
        if (holder === undefined) return new OutputLock(join(folder, own))
        await rm(join(folder, own), { force: true })
        await sleep(20 + Math.random() * 100)
      }
    } catch (cause) {
      throw new PdfnetError('ERR_OUTPUT_WRITE', `the folder ${folder} cannot be written to`, { cause })
    }
    const owner = Number.parseInt(ownerOf(holder!), 10)
    throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is being written by another job (process ${owner})`, {
      remedy: 'Wait until it has ended, or name another output',
      details: { process: owner },
    })
  }

  async release(): Promise<void> {
    clearInterval(this.timer)
    await rm(this.file, { force: true }).catch(() => undefined)
  }
}

/** The names of the living ones in a folder; dead ones are removed on the way. */
async function livingLocks(folder: string): Promise<readonly string[]> {
  const living: string[] = []
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !isOwnerName(ownerOf(name))) continue
    const file = join(folder, name)
    const touched = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (touched === undefined) continue
    if (isAlive(ownerOf(name), touched)) living.push(name)
    else await rm(file, { force: true })
  }
  return living
}

function ownerOf(name: string): string {
  return name.slice(name.lastIndexOf('~') + 1)
}
