/** A claim on one key: the lock of whoever adds it, and the folder in which it is made. */

import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { throwIfAborted } from '../errors.js'
import type { Work } from '../progress.js'
import { isMissing } from './disk.js'
import { heartbeat, isAlive, isOwnerName, newOwnerName } from './owner.js'

/** The folder of the store that holds the claims, one folder each, named `<what>~<owner>`. */
export const claimsFolder = 'claims'

/**
 * Held from `take` to `release`; at most one lives for one `what`.
 *
 * A claim is a folder whose name is never used again, and whoever sees no living claim but its own holds the key.
 * Each announces first and looks second, so of two that announce at once at least the later sees the other and steps
 * back. A dead owner's claim, with all that it had half made, can be removed by anyone at any time.
 */
export class Claim {
  /** What will become the entry. */
  readonly files: string
  /** For downloads and the like; removed with the claim. */
  readonly scratch: string
  readonly #folder: string
  readonly #timer: NodeJS.Timeout

  private constructor(folder: string) {
    this.#folder = folder
    this.files = join(folder, 'files')
    this.scratch = join(folder, 'scratch')
    this.#timer = setInterval(() => {
      const now = new Date()
      utimes(folder, now, now).catch(() => undefined)
    }, heartbeat.every).unref()
  }

  /** Waits until nobody else adds `what`. Rejects with ERR_ABORTED, or what the file system says. */
  static async take(root: string, what: string, { signal }: Work): Promise<Claim> {
    const claims = join(root, claimsFolder)
    await mkdir(claims, { recursive: true, mode: 0o700 })
    const name = `${what}~${newOwnerName()}`
    for (;;) {
      throwIfAborted(signal)
      if ((await livingClaims(claims, what)).length === 0) {
        await mkdir(join(claims, name), { mode: 0o700 })
        const claim = new Claim(join(claims, name))
        let held = false
        try {
          held = (await livingClaims(claims, what)).every((other) => other === name)
          if (held) await claim.#furnish()
        } catch (error) {
          await claim.release()
          throw error
        }
        if (held) return claim
        await claim.release()
      }
      // At random, so that two that stepped back for each other do not meet again.
      await sleep(20 + Math.random() * 100, undefined, { signal }).catch(() => undefined)
    }
  }

  async #furnish(): Promise<void> {
    await mkdir(this.files, { mode: 0o700 })
    await mkdir(this.scratch, { mode: 0o700 })
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    await discard(this.#folder)
  }
}

/** Removes what dead owners left, of any key. */
export async function sweepClaims(root: string): Promise<void> {
  await livingClaims(join(root, claimsFolder), '')
}

/** The names of the living claims on `what`; the dead ones of every key are removed on the way. */
async function livingClaims(claims: string, what: string): Promise<readonly string[]> {
  const names = await readdir(claims).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const living: string[] = []
  for (const name of names) {
    const separator = name.lastIndexOf('~')
    const owner = name.slice(separator + 1)
    if (!isOwnerName(owner)) continue
    const touched = await stat(join(claims, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (touched === undefined) continue
    if (!isAlive(owner, touched)) await discard(join(claims, name))
    else if (name.slice(0, separator) === what) living.push(name)
  }
  return living
}

/** What cannot be removed now is left to the next sweep: it holds nobody up once its owner is gone. */
async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
}
