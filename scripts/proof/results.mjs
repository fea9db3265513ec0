/** What a step found: figures and checks beside what was expected, on the disk after each of them. */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commit } from './commit.mjs'
import { renderResults } from './render.mjs'

export class Results {
  /** @param folder where results.json and gpu-proof.md are, with what earlier steps found */
  constructor(folder, step) {
    this.folder = folder
    this.step = step
    this.file = join(folder, 'results.json')
    this.started = performance.now()
    this.reload()
  }

  reload() {
    this.all = existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : { steps: {} }
    this.own = this.all.steps[this.step] ?? {}
  }

  /** Forgets what an earlier run of the step found. */
  begin() {
    this.own = { date: new Date().toISOString(), commit: commit(), entries: [], notes: [] }
    this.say('begins')
    this.write()
  }

  /** @param end how the process of the step ended, where that was not well */
  end(seconds, end) {
    this.own.seconds = seconds
    if (end !== undefined) this.own.error = [this.own.error, end].filter(Boolean).join('; ')
    this.say(this.own.error ?? (this.own.skipped === undefined ? 'done' : `skipped: ${this.own.skipped}`))
    this.write()
  }

  get failed() {
    return this.own.error !== undefined || this.own.entries.some(({ verdict }) => verdict === 'fail')
  }

  /** A figure, with what it was hoped or known to be. */
  figure(name, value, expected = '') {
    this.add({ name, value: String(value), expected, verdict: '' })
  }

  /** @param known why it does not hold, where that is known and accepted */
  check(name, value, expected, holds, known) {
    const verdict = holds ? 'pass' : known === undefined ? 'fail' : 'known'
    this.add({ name, value: String(value), expected, verdict, ...(verdict === 'known' && { known }) })
  }

  /**
   * Does `work`; what it throws is a check that failed, and the step goes on. So does one that does not end: what it
   * left behind is still there then.
   */
  async attempt(name, work, { seconds = 300 } = {}) {
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it has not ended in ${seconds} s`)), seconds * 1000)
    })
    try {
      return await Promise.race([work(), late])
    } catch (error) {
      this.check(name, describe(error), 'no error', false)
      console.error(error)
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  note(text) {
    this.own.notes.push(text)
    this.say(text)
    this.write()
  }

  skip(why) {
    this.own.skipped = why
    this.write()
  }

  fail(error) {
    this.own.error = describe(error)
    this.write()
  }

  add(entry) {
    this.own.entries.push(entry)
    const { name, value, expected, verdict } = entry
    this.say(`${verdict.padEnd(5)} ${name}: ${value}${expected === '' ? '' : ` (${expected})`}`)
    this.write()
  }

  say(text) {
    const seconds = ((performance.now() - this.started) / 1000).toFixed(1)
    console.log(`${seconds.padStart(6)} s  ${this.step}  ${text}`)
  }

  write() {
    this.all.steps[this.step] = this.own
    replace(this.file, `${JSON.stringify(this.all, null, 2)}\n`)
    replace(join(this.folder, 'gpu-proof.md'), renderResults(this.all))
  }
}

/** A process that is killed leaves the last whole one. */
function replace(file, text) {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

export function describe(error) {
  const { code, message, cause } = error
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return `${code === undefined ? '' : `${code}: `}${message}${why}`.slice(0, 1500)
}
