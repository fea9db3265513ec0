/** What reports have in common. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { chart, fromZero, page, unit, writeFiles } from '#dist/report/index.js'
import { temporaryFolder } from '../native/addon.js'

test('an axis from zero ends at a round number that nothing is above', (t) => {
  for (const [most, labels] of [
    [113, ['0', '50', '100', '150']],
    [5, ['0', '1', '2', '3', '4', '5']],
    [0.31, ['0.0', '0.1', '0.2', '0.3', '0.4']],
    [0.012, ['0.000', '0.005', '0.010', '0.015']],
    [2400, ['0', '500', '1000', '1500', '2000', '2500']],
  ] as const) {
    t.deepEqual(
      fromZero('x', most).ticks.map(([, label]) => label),
      [...labels],
      String(most),
    )
  }
  t.true(fromZero('x', 0).to > 0)
})

test('a point of a chart lies between its axes, and titles are text', (t) => {
  let corner: readonly number[] = []
  const svg = chart('<b>', unit('a & b'), unit('y'), ({ x, y }) => {
    corner = [x(0), x(1), y(1), y(0)]
    return ''
  })
  t.true(corner[0]! < corner[1]! && corner[2]! < corner[3]!)
  t.regex(svg, /aria-label="&lt;b&gt;".*a &amp; b/)
  t.regex(page('<script>', ''), /<h1>&lt;script&gt;<\/h1>/)
})

test('a report that cannot be written is said, and leaves nothing half', async (t) => {
  const folder = await temporaryFolder(t)
  t.deepEqual(await writeFiles(join(folder, 'new'), { 'a.txt': 'one' }), { 'a.txt': join(folder, 'new/a.txt') })
  t.is(await readFile(join(folder, 'new/a.txt'), 'utf8'), 'one')
  await writeFile(join(folder, 'file'), '')
  await t.throwsAsync(writeFiles(join(folder, 'file'), { 'a.txt': '' }), { code: 'ERR_OUTPUT_WRITE', message: /file/ })
  await t.throwsAsync(writeFiles(folder, { new: '' }), { code: 'ERR_OUTPUT_WRITE' })
  t.deepEqual((await readdir(folder)).sort(), ['file', 'new'])
})
