/** Where the time of a frame goes: the layers of PDFNet's chain, slowest first, in profile.txt. */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildModel, matteOf, openStages } from './chains.mjs'
import { engineOf } from './device.mjs'
import { fullModel } from './full-chain.mjs'
import { picture } from './pictures.mjs'
import { Skipped } from './skipped.mjs'

const runs = 10
const shown = 12

export async function prove(results, options) {
  await engineOf(options.device)
  if (options.device === 'cpu') throw new Skipped('layers are timed on TensorRT')
  const { stages } = await buildModel(results, await fullModel(options))
  const file = join(options.out, 'profile.txt')
  rmSync(file, { force: true })
  const square = await picture('astronaut.png', 1024, 1024)
  const chain = await openStages(stages, { device: options.device, settings: { profile: file } })
  try {
    for (let index = 0; index < runs; index++) await matteOf(chain, square)
  } finally {
    await chain.dispose()
  }
  for (const { plan, layers } of readProfile(file)) {
    const total = layers.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
    const name = stages.find(({ path }) => path === plan)?.name ?? plan
    results.figure(`${name}: its layers together`, `${total.toFixed(2)} ms in ${layers.length} layers`)
    for (const { milliseconds, layer } of layers.slice(0, shown)) {
      results.say(`${name} ${milliseconds.toFixed(3)} ms ${layer.slice(0, 160)}`)
    }
  }
}

function readProfile(file) {
  const plans = []
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    if (line.startsWith('# ')) plans.push({ plan: line.slice(2), layers: [] })
    else {
      const [milliseconds, , layer] = line.split('\t')
      plans.at(-1).layers.push({ milliseconds: Number(milliseconds), layer })
    }
  }
  return plans
}
