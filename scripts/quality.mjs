/**
 * Mattes scenes of the synthetic set with IS-Net and says how far from the truth it came:
 * `node scripts/quality.mjs [--seeds 1-20] [--size 4096] [--kinds wires,…] [--measures off,auto,…]
 * [--record FILE] [--write]`. Each figure is appended to the record, by default build/quality.jsonl, as soon as it is
 * known, and what stands there is not measured again: remove the file to begin anew. With --write the tables go into the
 * section of docs/quality.md that the seeds name.
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Matting } from '../dist/index.js'
import { describeMachine } from './bench/machine.mjs'
import { commit } from './proof/commit.mjs'
import { measures, subjectOf } from './quality/measures.mjs'
import { Record } from './quality/record.mjs'
import { report } from './quality/report.mjs'
import { writeSection } from './section.mjs'
import { root, runWhenMain, step } from './steps.mjs'
import { parseKinds, parseSeeds, parseWhole } from './synthetic/arguments.mjs'
import { renderScene } from './synthetic/render.mjs'
import { kindOfSeed } from './synthetic/scene.mjs'

await runWhenMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1-20' },
      size: { type: 'string', default: '4096' },
      kinds: { type: 'string' },
      measures: { type: 'string', default: Object.keys(measures).join() },
      record: { type: 'string', default: join(root, 'build/quality.jsonl') },
      write: { type: 'boolean', default: false },
    },
  })
  const size = parseWhole('size', values.size, 256, 16384)
  const names = parseMeasures(values.measures)
  const scenes = parseSeeds(values.seeds)
    .flatMap((seed) => (values.kinds ? parseKinds(values.kinds) : [kindOfSeed(seed)]).map((kind) => ({ kind, seed })))
    .map((scene) => ({ ...scene, size }))
  const record = new Record(values.record)
  await measureAll(scenes, names, record)
  const rows = scenes.map((scene) => ({
    ...scene,
    ...Object.fromEntries(Object.keys(measures).map((name) => [name, record.find(scene, name)])),
  }))
  const section = `${await describeRun(rows, size)}\n\n${report(rows)}`
  console.log(section)
  if (values.write) writeSection('docs/quality.md', `seeds ${values.seeds}`, section)
})

async function measureAll(scenes, names, record) {
  const missing = (scene) => names.filter((name) => record.find(scene, name) === undefined)
  if (scenes.every((scene) => missing(scene).length === 0)) return
  const open = (augmentation) => Matting.open({ model: 'isnet', device: 'cpu', augmentation })
  const mattings = { mirror: await open('mirror'), full: await open('full') }
  try {
    for (const scene of scenes) {
      if (missing(scene).length === 0) continue
      const subject = subjectOf(await renderScene({ ...scene, frame: 0 }), scene.size)
      for (const name of missing(scene)) {
        await step(`${scene.kind} ${scene.seed} ${name}`, async () => {
          const figures = await measures[name](subject, mattings)
          record.add({ ...scene, measure: name, commit: commit(), ...figures })
        })
      }
    }
  } finally {
    for (const matting of Object.values(mattings)) await matting.dispose()
  }
}

async function describeRun(rows, size) {
  const found = rows.flatMap((row) => Object.keys(measures).flatMap((name) => row[name]?.commit ?? []))
  const commits = [...new Set(found)].join(', ')
  return `IS-Net, CPU device, ${size} × ${size}; measured at ${commits}; written on: ${await describeMachine()}`
}

function parseMeasures(text) {
  const names = text.split(',')
  for (const name of names) {
    if (!Object.hasOwn(measures, name)) throw new Error(`expected measures of ${Object.keys(measures)}, got "${name}"`)
  }
  return names
}
