/**
 * Steadies mattes of moving scenes, exact but for noise that is new in each frame, and says what it left of the flicker and
 * of the error: `node scripts/steadiness.mjs [--seeds 1-4] [--size 256] [--frames 8] [--kinds wires,…] [--write]`. Each
 * kind is rendered with each seed. With --write the table goes into the section of docs/quality.md that the seeds name.
 */

import { parseArgs } from 'node:util'
import { commit } from './proof/commit.mjs'
import { steadied } from './quality/steadied.mjs'
import { movingScene } from './quality/moving.mjs'
import { writeSection } from './section.mjs'
import { runWhenMain, step } from './steps.mjs'
import { parseKinds, parseSeeds, parseWhole } from './synthetic/arguments.mjs'
import { kinds } from './synthetic/scene.mjs'

/** Frames that each one waits for. */
const lookAheads = [0, 2]

await runWhenMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1-4' },
      size: { type: 'string', default: '256' },
      frames: { type: 'string', default: '8' },
      kinds: { type: 'string', default: Object.keys(kinds).join() },
      write: { type: 'boolean', default: false },
    },
  })
  const size = parseWhole('size', values.size, 64, 4096)
  const frames = parseWhole('frames', values.frames, 2, 100)
  const rows = []
  for (const kind of parseKinds(values.kinds)) {
    for (const seed of parseSeeds(values.seeds)) {
      await step(`${kind} ${seed}`, async () => {
        const scene = await movingScene({ kind, seed, size, frames })
        const figures = []
        for (const lookAhead of lookAheads) figures.push(await steadied(scene, lookAhead))
        rows.push({ kind, seed, figures })
      })
    }
  }
  const section = `${size} × ${size}, ${frames} frames; measured at ${commit()}.\n\n${table(rows)}`
  console.log(section)
  if (values.write) writeSection('docs/quality.md', `steadiness ${values.seeds}`, section)
})

function table(rows) {
  const head = lookAheads.flatMap((n) => [`flicker, ${n} ahead`, `MAE, ${n} ahead`])
  const lines = [
    `| scene, seed | pixels | ${head.join(' | ')} | the truth's own flicker |`,
    `| --- |${' --- |'.repeat(head.length + 2)}`,
    ...rows.map(({ kind, seed, figures }) => line(`${kind} ${seed}`, figures)),
  ]
  const all = lookAheads.map((_, index) => sum(rows.map(({ figures }) => figures[index])))
  return [...lines, line('**all**', all)].join('\n')
}

function line(name, figures) {
  const [{ pixels, raw, own }] = figures
  const shares = figures.map(({ result, raw, error, rawError }) => [
    (result / raw).toFixed(2),
    (error / rawError).toFixed(3),
  ])
  return `| ${name} | ${pixels} | ${shares.flat().join(' | ')} | ${(own / raw).toFixed(2)} |`
}

function sum(all) {
  const total = {}
  for (const figures of all)
    for (const [name, value] of Object.entries(figures)) total[name] = (total[name] ?? 0) + value
  return total
}
