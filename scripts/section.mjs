/** Sections of documents that scripts write: what stands between `<!-- name -->` and `<!-- /name -->`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

/** @param path of the document, from the package's folder */
export function writeSection(path, name, section) {
  const file = join(root, path)
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no section between ${begin} and ${end}`)
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${section.trim()}\n\n${text.slice(to)}`)
}
