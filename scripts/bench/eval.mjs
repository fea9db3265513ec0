/** `eval` against pysodmetrics 1.6.2 on ready predictions: pairs a second, and memory. Needs Python and pip. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { makePairs } from './eval/pairs.mjs'
import { spread, table } from './statistics.mjs'

/** Fewer and smaller pairs show that it works. */
export const options = {
  pairs: { type: 'string', default: '500' },
  size: { type: 'string', default: '2048' },
  /** It takes so long that a sample must do: of each round. */
  'peer-pairs': { type: 'string', default: '2' },
}

const rounds = 5
const here = (name) => fileURLToPath(new URL(`eval/${name}`, import.meta.url))

export async function bench(values) {
  const [pairs, size, peerPairs] = [values.pairs, values.size, values['peer-pairs']].map(Number)
  const load = loadavg()[0].toFixed(1)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  let child
  try {
    const python = await pythonEnvironment(join(folder, 'venv'))
    const names = await makePairs(folder, pairs, size)
    child = fork(here('ours.mjs'), [folder])
    const [ours, theirs] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const share = names.slice((round * pairs) / rounds, ((round + 1) * pairs) / rounds)
      ours.push({ ...(await measureOurs(child, share)), pairs: share.length })
      const sample = share.slice(0, peerPairs)
      theirs.push({
        ...JSON.parse(await run(python, ['-I', here('peer.py'), folder, ...sample])),
        pairs: sample.length,
      })
    }
    // The same pairs, whose scores are the proof that the same was computed.
    const sample = names.slice(0, peerPairs)
    const check = await measureOurs(child, sample)
    checkScores(check.scores, theirs[0].scores)
    return report({ pairs, size, peerPairs, load, ours, theirs })
  } finally {
    child?.kill()
    await rm(folder, { recursive: true })
  }
}

async function pythonEnvironment(folder) {
  await run('python3', ['-I', '-m', 'venv', folder])
  const python = join(folder, 'bin/python')
  await run(python, ['-I', '-m', 'pip', 'install', '--quiet', '--no-deps', '-r', here('requirements.txt')])
  return python
}

async function measureOurs(child, names) {
  const ended = new AbortController()
  const fail = (code) => ended.abort(new Error(`our process ended with status ${code}`))
  child.once('exit', fail)
  try {
    child.send(names)
    const [answer] = await once(child, 'message', { signal: ended.signal })
    return answer
  } finally {
    child.off('exit', fail)
  }
}

function checkScores(ours, theirs) {
  for (const [name, value] of Object.entries(theirs)) {
    if (!(Math.abs(ours[name] - value) <= 1e-6)) throw new Error(`${name} is ${ours[name]}, pysodmetrics says ${value}`)
  }
}

function report({ pairs, size, peerPairs, load, ours, theirs }) {
  const each = (side) => side.map(({ seconds, pairs }) => seconds / pairs)
  const [a, b] = [each(ours), each(theirs)]
  const ratios = a.map((seconds, round) => b[round] / seconds)
  const megabytes = (side) => side.map(({ peak }) => peak / 1e6)
  const [first, last] = [ours[0].peak, ours.at(-1).peak].map((bytes) => (bytes / 1e6).toFixed(0))
  return [
    `${pairs} pairs of PNGs of ${size}×${size}, ready predictions, ten of them distinct; load average at the start ${load}.`,
    `By turns in ${rounds} rounds: \`evaluate()\` on a fifth of the pairs, with boundary IoU besides, on all cores; then`,
    `pysodmetrics' F, weighted F, MAE, S, E and HCE on ${peerPairs} of them, one process, as it is; median (lowest–highest).`,
    'Both read the files; weighted F, MAE, S and HCE of the first sample are the same to 1e-6.',
    '',
    table([
      ['', 'pdfnet-trt', 'pysodmetrics 1.6.2', 'times as fast; wanted: at least 4'],
      ['seconds a pair', spread(a, 2), spread(b, 2), spread(ratios, 1)],
      ['peak RSS, MB', spread(megabytes(ours), 0), spread(megabytes(theirs), 0), ''],
    ]),
    '',
    `Our peak was ${first} MB after the first fifth, and ${last} MB after all.`,
  ].join('\n')
}
