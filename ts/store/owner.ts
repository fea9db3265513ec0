/** Who holds something in the store: names a process so that another can tell whether it still lives. */

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** How often a holder touches what it holds, and how long after its last touch it counts as gone. Milliseconds. */
export const heartbeat = { every: 10_000, stale: 300_000 } as const

const pattern = /^(\d{1,10})-(\d{1,20})-([0-9a-f]{16})-[0-9a-f]{16}$/

/** A name never used before or again, so that removing what a dead owner left can never hit a living one. */
export function newOwnerName(): string {
  return [process.pid, startTime(process.pid) ?? '0', place(), randomBytes(8).toString('hex')].join('-')
}

export function isOwnerName(name: string): boolean {
  return pattern.test(name)
}

/**
 * Whether the owner still lives: its process (id and start time, as ids are used again) where it can be looked up,
 * and in any case a touch within `heartbeat.stale`, for owners in other containers or hosts and in ended threads.
 * @param touched time of the last touch, in milliseconds since 1970
 */
export function isAlive(name: string, touched: number): boolean {
  const [, pid, started, where] = pattern.exec(name) ?? []
  if (Math.abs(Date.now() - touched) > heartbeat.stale) return false
  return where !== place() || startTime(Number(pid)) === started
}

let placeOnce: string | undefined

/** Where a process id means something: host, boot and process namespace, hashed. */
function place(): string {
  return (placeOnce ??= createHash('sha256')
    .update([hostname(), readOr(bootId), readOr(processNamespace)].join('\n'))
    .digest('hex')
    .slice(0, 16))
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')
const processNamespace = (): string => readlinkSync('/proc/self/ns/pid')

function readOr(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/** Clock ticks since boot at which the process began; undefined when there is none, or only its unreaped remains. */
function startTime(pid: number): string | undefined {
  const stat = readOr(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // The second field, the program's name in brackets, may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}
