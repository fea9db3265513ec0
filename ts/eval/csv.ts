/** Scores as comma-separated values (RFC 4180): a line for each pair. */

import { measureNames } from './measures.js'
import type { ScoredPair } from './summary.js'

export function csvOf(pairs: readonly ScoredPair[]): string {
  const names = measureNames.filter((name) => pairs.some(({ scores }) => scores[name] !== undefined))
  const lines = pairs.map(({ name, scores }) => [quoted(name), ...names.map((measure) => scores[measure] ?? '')])
  return [['name', ...names], ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** A name that a spreadsheet would take for a formula is kept from being one. */
function quoted(name: string): string {
  const plain = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
