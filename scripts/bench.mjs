/**
 * `npm run bench -- NAME [--write]`, of a file in `scripts/bench`: prints the machine, the commit and a table; with
 * --write the table also goes into its section of docs/benchmarks.md.
 */

import { parseArgs } from 'node:util'
import { describeMachine } from './bench/machine.mjs'
import { writeSection } from './section.mjs'
import { runWhenMain } from './steps.mjs'

const benches = ['peers', 'loop', 'export', 'build', 'queue', 'video', 'live', 'folders', 'eval', 'pytorch', 'detail']

await runWhenMain(import.meta.url, async () => {
  const [name, ...flags] = process.argv.slice(2)
  if (!benches.includes(name)) throw new Error(`usage: npm run bench -- ${benches.join('|')} [--write]`)
  const { bench, options } = await import(`./bench/${name}.mjs`)
  const { values } = parseArgs({ args: flags, options: { ...options, write: { type: 'boolean' } } })
  const machine = await describeMachine()
  console.log(machine)
  const section = `${machine}\n\n${await bench(values)}`
  console.log(section.slice(machine.length))
  if (values.write) writeSection('docs/benchmarks.md', name, section)
})
