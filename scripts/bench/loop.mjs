/** How long each verb of the command line keeps the event loop from turning, its start included. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { root } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

const rounds = 5
const probe = fileURLToPath(new URL('loop-probe.mjs', import.meta.url))
const cli = join(root, 'dist/cli/entry.cjs')

export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const photo = join(folder, 'photo.jpg')
    await sharp(join(root, 'test/fixtures/photos/coffee.png')).resize(6000, 4000).jpeg().toFile(photo)
    const verbs = [
      ['setup', 'cpu'],
      ['models', 'add', 'isnet'],
      ['models', 'list'],
      ['models', 'verify'],
      ['doctor'],
      ['matte', photo, '-o', join(folder, 'out'), '--output', 'all', '--background', 'white'],
    ]
    const results = verbs.map(() => [])
    for (let round = 0; round < rounds; round++) {
      // A store of its own each time: `setup` and `models add` then fetch, hash and prepare.
      const env = { ...process.env, PDFNET_TRT_STORE: join(folder, `store-${round}`) }
      for (const [index, verb] of verbs.entries()) results[index].push(await watch(verb, env))
      await rm(env.PDFNET_TRT_STORE, { recursive: true })
    }
    return report(verbs, results)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function watch(verb, env) {
  const args = ['--import', probe, cli, ...verb, '--json']
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const [stdout, stderr, seen] = await Promise.all([1, 2, 3].map((index) => text(child.stdio[index])))
  const status = await ended
  if (status !== 0) throw new Error(`${verb.join(' ')} ended with status ${status}\n${stdout}${stderr}`)
  return JSON.parse(seen)
}

function report(verbs, results) {
  const rows = results.map((runs, index) => [
    `\`${verbs[index].filter((word) => word !== '-o' && !word.includes('/')).join(' ')}\``,
    spread(
      runs.map(({ longest, idle }) => Math.max(0, longest - idle)),
      1,
    ),
    median(runs.map(({ at }) => at)).toFixed(1),
    spread(
      runs.map(({ seconds }) => seconds),
      1,
    ),
  ])
  return [
    'The longest event-loop delay of each verb beyond the idle loop of the same process, loading its modules included; in',
    'an empty store, which `setup` and `models add` fill; the picture of `matte` has 24 megapixels.',
    `${rounds} runs; median (lowest–highest).`,
    '',
    table([['verb', 'longest delay, ms', 'seen at, s', 'whole run, s'], ...rows]),
  ].join('\n')
}
