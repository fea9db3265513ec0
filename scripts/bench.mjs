/**
 * `npm run bench -- peers|loop|build|queue|video|folders [--write]`: prints the machine, the commit and a table; with
 * --write the table also goes into its section of docs/benchmarks.md.
 */

import { describeMachine } from './bench/machine.mjs'
import { writeSection } from './section.mjs'
import { runWhenMain } from './steps.mjs'

const benches = ['peers', 'loop', 'build', 'queue', 'video', 'folders']

await runWhenMain(import.meta.url, async () => {
  const [name, ...flags] = process.argv.slice(2)
  if (!benches.includes(name) || flags.some((flag) => flag !== '--write')) {
    throw new Error(`usage: npm run bench -- ${benches.join('|')} [--write]`)
  }
  const { bench } = await import(`./bench/${name}.mjs`)
  const machine = await describeMachine()
  console.log(machine)
  const section = `${machine}\n\n${await bench()}`
  console.log(section.slice(machine.length))
  if (flags.includes('--write')) writeSection('docs/benchmarks.md', name, section)
})
