/** What was measured so far: a JSON object a line, appended as soon as it is known, so that a run can be gone on with. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export class Record {
  #path
  #rows

  constructor(path) {
    this.#path = path
    this.#rows = new Map(
      wholeLines(path)
        .map((line) => JSON.parse(line))
        .map((row) => [keyOf(row), row]),
    )
  }

  /** The row of a measure of a scene, or undefined. */
  find(scene, measure) {
    return this.#rows.get(keyOf({ ...scene, measure }))
  }

  add(row) {
    mkdirSync(dirname(this.#path), { recursive: true })
    appendFileSync(this.#path, `${JSON.stringify(row)}\n`)
    this.#rows.set(keyOf(row), row)
  }
}

/** Drops a last line that was cut off where a run was ended in the middle of writing it, as what follows is appended. */
function wholeLines(path) {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) writeFileSync(path, whole)
  return whole.split('\n').slice(0, -1)
}

function keyOf({ kind, seed, size, measure }) {
  return [kind, seed, size, measure].join(' ')
}
