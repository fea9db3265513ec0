/**
 * `npm run soak -- [--share N] [--write]`: whether memory grows over many runs and openings on the fake engine. Prints
 * the machine, the commit and a table, and fails where it grows; `--share 100` does a hundredth, of which only the table
 * counts; with --write the table also goes into its section of docs/benchmarks.md.
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './bench/machine.mjs'
import { table } from './bench/statistics.mjs'
import { writeSection } from './section.mjs'
import { run, runWhenMain } from './steps.mjs'

const MiB = 2 ** 20
const most = 8

/** Name, what is done, and how often in the whole soak. */
export const soaks = [
  ['small', 'runs of 4 KiB', 1_000_000],
  ['large', 'runs of 3 MiB', 20_000],
  ['openings', 'openings, a run each, and disposals', 1000],
]

/** Runs one of them in a process of its own, looking at its memory so often in each tenth. */
export async function soak(name, times, { samples = 20, env = process.env } = {}) {
  const program = fileURLToPath(new URL('soak/run.mjs', import.meta.url))
  const args = ['--conditions=pdfnet-test', '--expose-gc', program, name, String(times), String(samples)]
  return JSON.parse(await run(process.execPath, args, { env }))
}

await runWhenMain(import.meta.url, async () => {
  const { values } = parseArgs({ options: { share: { type: 'string', default: '1' }, write: { type: 'boolean' } } })
  const share = Number(values.share)
  if (!Number.isInteger(share) || share < 1 || share > 100 || (values.write && share > 1)) {
    throw new Error('usage: npm run soak -- [--share 1…100 | --write]')
  }
  const machine = await describeMachine()
  console.log(machine)
  const rows = []
  let grown = 0
  for (const [name, what, whole] of soaks) {
    const { seconds, early, late } = await soak(name, whole / share)
    grown = Math.max(grown, (late - early) / MiB)
    const sizes = [early, late, late - early].map((bytes) => (bytes / MiB).toFixed(1))
    rows.push([`${(whole / share).toLocaleString('en')} ${what}`, ...sizes, seconds.toFixed(0)])
  }
  const head = ['', 'RSS in the second tenth, MiB', 'in the last', 'more (at most 8 is wanted)', 'seconds']
  const text = `After gc(), the median of each tenth; half of the runs read and write slots.\n\n${table([head, ...rows])}`
  console.log(`\n${text}`)
  if (values.write) writeSection('docs/benchmarks.md', 'soak', `${machine}\n\n${text}`)
  if (share === 1 && grown > most) throw new Error(`memory grew by more than ${most} MiB`)
})
