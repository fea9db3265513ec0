/** What an ELF file asks of the system that loads it, by readelf of the GNU binutils. */

import { run } from './steps.mjs'

async function readelf(file, option) {
  return run('readelf', ['--wide', option, file], { env: { ...process.env, LC_ALL: 'C' } })
}

/** Sonames. */
export async function neededLibraries(file) {
  return matches(await readelf(file, '--dynamic'), /\(NEEDED\)\s+Shared library: \[(.+)\]/g)
}

/** `name` or `name@version`. */
export async function undefinedSymbols(file) {
  return matches(await readelf(file, '--dyn-syms'), / UND (\S+)/g)
}

/** For example GLIBC_2.17, each once. */
export async function neededVersions(file) {
  const needs = (await readelf(file, '--version-info')).split("Version needs section '.gnu.version_r'")[1] ?? ''
  return [...new Set(matches(needs, /\bName: (\S+)/g))]
}

function matches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1])
}
