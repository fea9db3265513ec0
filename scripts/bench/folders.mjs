/** Whether folders go as fast as their slowest stage, in memory that does not grow: on the fake engine. */

import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { spread, table } from './statistics.mjs'

const rounds = 3
const program = fileURLToPath(new URL('folders-run.mjs', import.meta.url))

export async function bench() {
  const load = loadavg()[0].toFixed(1)
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  try {
    const paces = []
    for (let round = 0; round < rounds; round++) paces.push(await measure('pace', join(folder, `pace${round}`)))
    const many = await measure('many', join(folder, 'many'))
    const row = (name, figure, digits, wanted = '') => [name, spread(paces.map(figure), digits), wanted]
    const share = (stage) => (pace) => pace.stages[stage].busy * 100
    return [
      `Folders of 60 pictures of 1920×1080 (JPEG) to cut-outs (PNG) with the foreground's own colours, 500 ms of`,
      `inference each; load average at the start ${load}; ${rounds} rounds; median (lowest–highest).`,
      '',
      table([
        ['', 'measured', 'wanted'],
        row("% of the slowest stage's own rate, 2 pictures/s", ({ rate }) => rate * 50, 1, 'at least 95'),
        row('% of the time in which it works: inference', share('infer'), 1),
        row('— decoding, of both cores', share('decode'), 1),
        row('— foreground', share('foreground'), 1),
        row('— encoding', share('encode'), 1),
      ]),
      '',
      'A folder of 10,000 pictures of 64×64, whose inference takes no time; one round.',
      '',
      table([
        ['', 'measured'],
        ['pictures/s', many.rate.toFixed(0)],
        ['RSS, median of the last tenth beyond that of the second, MB', many.growth.toFixed(1)],
        ['the same folder again, all of it done: seconds', many.again.toFixed(1)],
      ]),
    ].join('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measure(what, folder) {
  return JSON.parse(await run(process.execPath, ['--conditions=pdfnet-test', '--expose-gc', program, what, folder]))
}
