/** The tables of docs/quality.md: a row a scene, and averages. */

import { table } from '../bench/statistics.mjs'

/** @param scenes each kind, seed and what was measured of it, by the measure's name; what is missing stays empty */
export function report(scenes) {
  return [alphaTable(scenes), ...verdicts(scenes), augmentationTable(scenes), colourTable(scenes)]
    .filter(Boolean)
    .join('\n\n')
}

function alphaTable(scenes) {
  const variants = ['off', 'antialiased', 'auto']
  const head = [
    'scene',
    ...variants.map((name) => `${name}: band`),
    'auto ÷ off',
    ...variants.map((name) => `${name}: whole`),
    'auto − off',
  ]
  const row = (name, of) => [
    name,
    ...variants.map((variant) => show(of(variant, 'band'), 4)),
    show(of('auto', 'band') / of('off', 'band'), 2),
    ...variants.map((variant) => show(of(variant, 'all'), 5)),
    show(of('auto', 'all') - of('off', 'all'), 5),
  ]
  const rowOf = (name, some) => row(name, (variant, figure) => mean(some, variant, figure))
  const body = scenes.map((scene) => rowOf(`${scene.kind} ${scene.seed}`, [scene]))
  return table([head, ...body, ...averages(scenes, rowOf)])
}

function augmentationTable(scenes) {
  const rowOf = (name, some) => {
    const [off, ...passes] = ['off', 'mirrored', 'sizes'].map((variant) => mean(some, variant, 'band'))
    const whole = ['off', 'mirrored', 'sizes'].map((variant) => show(mean(some, variant, 'all'), 5))
    return [name, show(off, 4), ...passes.map((band) => show(band / off, 2)), ...whole]
  }
  const head = ['scene', 'off: band', 'mirrored ÷ off', 'sizes ÷ off', 'off: whole', 'mirrored: whole', 'sizes: whole']
  const body = scenes.map((scene) => rowOf(`${scene.kind} ${scene.seed}`, [scene]))
  return table([head, ...body, ...averages(scenes, rowOf)])
}

function colourTable(scenes) {
  const rowOf = (name, some) => {
    const [plain, estimated] = ['plain', 'estimated'].map((figure) => mean(some, 'foreground', figure))
    return [name, show(plain, 4), show(estimated, 4), show(estimated / plain, 2)]
  }
  const body = scenes.map((scene) => rowOf(`${scene.kind} ${scene.seed}`, [scene]))
  return table([['scene', 'plain cut-out', 'foreground colours', 'ratio'], ...body, ...averages(scenes, rowOf)])
}

/** A row of each kind's mean, where there are several, and one of all. */
function averages(scenes, rowOf) {
  const kinds = [...new Set(scenes.map(({ kind }) => kind))]
  const rows =
    kinds.length > 1
      ? kinds.map((kind) =>
          rowOf(
            `*${kind}*`,
            scenes.filter((scene) => scene.kind === kind),
          ),
        )
      : []
  return [...rows, rowOf('**mean**', scenes)]
}

function verdicts(scenes) {
  const both = scenes.filter(({ off, auto }) => off && auto)
  if (both.length === 0) return []
  const ratio = both.reduce((sum, { off, auto }) => sum + auto.band / off.band, 0) / both.length
  const worst = both.reduce((most, one) => (rise(one) > rise(most) ? one : most))
  return [
    `Detail tiles: the mean of the scenes' ratios in the band is ${ratio.toFixed(3)} (wanted: at most 0.8); the largest ` +
      `rise of a whole picture's error is ${rise(worst).toFixed(5)}, of ${worst.kind} ${worst.seed} (wanted: at most 0.002).`,
  ]
}

function rise({ off, auto }) {
  return auto.all - off.all
}

/** NaN where a scene lacks it: means of different scenes are not to be compared. */
function mean(scenes, measure, figure) {
  return scenes.reduce((sum, scene) => sum + (scene[measure]?.[figure] ?? NaN), 0) / scenes.length
}

function show(value, digits) {
  return Number.isNaN(value) ? '' : value.toFixed(digits)
}
