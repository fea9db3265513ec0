/** What the queue, the session and metrics cost beyond the engine itself: on the fake engine, which computes nothing. */

import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { run } from '../steps.mjs'
import { spread, table } from './statistics.mjs'

const rounds = 5
const program = fileURLToPath(new URL('queue-run.mjs', import.meta.url))

export async function bench() {
  const load = loadavg()[0].toFixed(1)
  const results = []
  for (let round = 0; round < rounds; round++) {
    results.push(JSON.parse(await run(process.execPath, ['--conditions=pdfnet-test', program])))
  }
  const row = (name, figure, digits, wanted = '') => [name, spread(results.map(figure), digits), wanted]
  return [
    "The fake engine, whose own time is that of its copy to and from the device's memory; load average at the start",
    `${load}; ${rounds} rounds; median (lowest–highest).`,
    '',
    table([
      ['', 'measured', 'wanted'],
      row('3 MiB copied in: µs beyond the engine', ({ copied }) => copied.whole - copied.engine, 0, 'at most 100'),
      row('— of these the copy', ({ copied }) => copied.copy, 0),
      row('3 MiB in a slot: µs beyond the engine', ({ slot }) => slot.whole - slot.engine, 0, 'at most 30'),
      row('— 4 KiB, which leave the caches as they were', ({ smallSlot }) => smallSlot.whole - smallSlot.engine, 0),
      row(
        '— 4 KiB, of an engine that takes a millisecond, while all sleep',
        ({ sleeping: { whole, engine } }) => whole - engine,
        0,
      ),
      row("— Node's own: a random byte from its threads", ({ node }) => node, 0),
      row('2,000 runs/s of 4 KiB: p99 of the loop, ms', ({ loop }) => loop.loaded, 2),
      row('— beyond that of an idle loop', ({ loop }) => loop.loaded - loop.idle, 2, 'at most 2'),
      row('64 callers, 4 instances, 5 ms: % of the limit', ({ share }) => share.ahead * 100, 1, 'at least 97'),
      row('— with nothing handed out ahead, as on the CPU device', ({ share }) => share.plain * 100, 1),
      row('100,000 runs waiting: µs each', ({ waiting }) => waiting.plain, 1),
      row('— with a signal for all and deadlines', ({ waiting }) => waiting.full, 1),
      row('metrics of a run: ns', ({ metrics }) => metrics, 0),
    ]),
  ].join('\n')
}
