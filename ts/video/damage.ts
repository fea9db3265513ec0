/** What of that which ffmpeg says while it decodes is about damage to its input. */

/** Lines begin with who speaks, and where that lies in memory, and how bad it is. */
const spoken = /^(?:\[([^\]]+?)(?: @ 0x\w+)?\] )?\[(\w+)\] /

/**
 * Each kind of damage once.
 * @param said lines of the log level `level+warning`
 */
export function damageOf(said: readonly string[]): readonly string[] {
  const lines = said
    .filter(isDamage)
    .map((line) => line.replace(spoken, (_, who?: string) => (who === undefined ? '' : `[${who}] `)))
  return [...new Set(lines)]
}

function isDamage(line: string): boolean {
  const level = spoken.exec(line)?.[2]
  return level === 'warning' ? /corrupt/i.test(line) : level !== undefined
}
