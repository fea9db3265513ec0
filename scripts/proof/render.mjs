/** The results of the GPU proof as Markdown. */

import { table } from '../bench/statistics.mjs'
import { steps } from './steps.mjs'

/** A section for each step that was begun. */
export function renderResults({ steps: found }) {
  const names = Object.keys(steps).filter((name) => name in found)
  return names.map((name) => renderStep(steps[name].title, name, found[name])).join('\n')
}

function renderStep(title, name, { date, commit, seconds, entries = [], notes = [], skipped, error }) {
  const took = seconds === undefined ? 'not finished' : `${seconds.toFixed(0)} s`
  const lines = [
    `### ${title}`,
    '',
    `\`--only ${name}\`, commit ${commit}, ${date.slice(0, 16).replace('T', ' ')} UTC, ${took}.`,
  ]
  if (skipped !== undefined) lines.push('', `Skipped: ${cell(skipped)}`)
  if (error !== undefined) lines.push('', `**Failed:** ${cell(error)}`)
  if (entries.length > 0) lines.push('', table([['', 'found', 'expected', 'verdict'], ...entries.map(row)]))
  for (const note of notes) lines.push('', note)
  return `${lines.join('\n')}\n`
}

function row({ name, value, expected, verdict, known }) {
  return [name, value, expected, known === undefined ? verdict : `known: ${known}`].map(cell)
}

function cell(text) {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', '<br>')
}
