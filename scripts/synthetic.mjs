/**
 * Renders pictures, and with --frames moving sequences, of which alpha, foreground colours, background and motion are
 * known: `node scripts/synthetic.mjs --out DIR [--kind wires,mesh,hair,soft,glass] [--size 4096] [--seeds 1-20]
 * [--frames N] [--backgrounds DIR]`. Each scene is a folder KIND-SEED with
 *
 * - `alpha.png`, 16 bits; `foreground.png`, `background.png`, 8-bit sRGB, the foreground black where alpha is 0;
 * - `composite.png`: alpha × foreground + (1 − alpha) × background of the files' own values, as cut-outs are composed,
 *   rounded to 8 bits; so no file holds linear light;
 * - of a sequence each with the frame's number, and `flow-0000.flo`: where the object's pixels go by the next frame (0
 *   where alpha is 0; the background stands still, but for the shadow on it);
 * - `scene.json`: what it was made from, and SHA-256 hashes of the samples.
 *
 * The same seed gives the same samples on every machine; photographs (--backgrounds) are scaled by sharp, whose
 * versions may differ. Without --kind the kinds take turns: seeds 1 to 20 are four scenes of each.
 */

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runWhenMain, step } from './steps.mjs'
import { parseKinds, parseSeeds, parseWhole } from './synthetic/arguments.mjs'
import { photographsOf } from './synthetic/photographs.mjs'
import { renderScene } from './synthetic/render.mjs'
import { kindOfSeed } from './synthetic/scene.mjs'
import { writeRecord, writeScene } from './synthetic/write.mjs'

await runWhenMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      kind: { type: 'string' },
      size: { type: 'string', default: '4096' },
      seeds: { type: 'string', default: '1-20' },
      frames: { type: 'string' },
      backgrounds: { type: 'string' },
    },
  })
  if (!values.out) throw new Error('usage: node scripts/synthetic.mjs --out DIR [--kind …] [--size …] [--seeds …]')
  const size = parseWhole('size', values.size, 64, 16384)
  const frames = values.frames === undefined ? undefined : parseWhole('frames', values.frames, 1, 10_000)
  const photographs = values.backgrounds === undefined ? undefined : await photographsOf(values.backgrounds)
  for (const seed of parseSeeds(values.seeds)) {
    for (const kind of values.kind === undefined ? [kindOfSeed(seed)] : parseKinds(values.kind)) {
      const folder = join(values.out, `${kind}-${seed}`)
      await step(`${kind} ${seed}`, () => renderToFolder(folder, { kind, seed, size }, { frames, photographs }))
    }
  }
})

async function renderToFolder(folder, scene, { frames, photographs }) {
  const photograph = await photographs?.(scene.seed, scene.size)
  const hashes = []
  for (let frame = 0; frame < (frames ?? 1); frame++) {
    const planes = await renderScene({ ...scene, frame }, { photograph, motion: frames !== undefined })
    hashes.push(await writeScene(folder, scene, planes, frames === undefined ? undefined : frame))
  }
  await writeRecord(folder, { ...scene, background: photographs ? 'photograph' : 'made', sha256: hashes })
}
