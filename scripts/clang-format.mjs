/** Formats the C++ sources by .clang-format: lists those that differ and ends with status 1, or rewrites with --write. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from '@wasm-fmt/clang-format'
import { root } from './steps.mjs'

const style = readFileSync(join(root, '.clang-format'), 'utf8')
const write = process.argv.includes('--write')

const sources = ['native', 'test/native'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.(h|cc)$/.test(name))
    .map((name) => join(folder, name)),
)

const differing = sources.filter((name) => {
  const file = join(root, name)
  const before = readFileSync(file, 'utf8')
  const after = format(before, name, style)
  if (after === before) return false
  if (write) writeFileSync(file, after)
  return true
})

for (const name of differing) console.log(write ? `formatted ${name}` : `${name} is not formatted: npm run format`)
if (differing.length > 0 && !write) process.exitCode = 1
