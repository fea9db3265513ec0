/** What of that which ffmpeg says while it decodes is about damage to its input. */

/** Lines begin with who speaks, and how bad it is. */
const spoken = /^(\[[^\]]+\] )?\[(\w+)\] /

/** @param said lines of the log level `level+warning` */
export function damageOf(said: readonly string[]): readonly string[] {
  return said.filter(isDamage).map((line) => line.replace(spoken, '$1'))
}

function isDamage(line: string): boolean {
  const level = spoken.exec(line)?.[2]
  return level === 'warning' ? /corrupt/i.test(line) : level !== undefined
}
