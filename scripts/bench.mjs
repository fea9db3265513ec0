/**
 * `npm run bench -- peers|loop|build|queue [--write]`: prints the machine, the commit and a table; with --write the
 * table also goes into its section of docs/benchmarks.md.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './bench/machine.mjs'
import { root, runWhenMain } from './steps.mjs'

const benches = ['peers', 'loop', 'build', 'queue']

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
  if (flags.includes('--write')) writeSection(name, section)
})

function writeSection(name, section) {
  const file = join(root, 'docs/benchmarks.md')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no section between ${begin} and ${end}`)
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${section.trim()}\n\n${text.slice(to)}`)
}
