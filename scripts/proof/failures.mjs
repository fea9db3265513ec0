/** What goes wrong, on purpose: each rejects with its code, and what comes after it works. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildEngine, PdfnetError } from '../../dist/index.js'
import { loadRecipe } from '../../dist/models/index.js'
import { prepareModel } from '../../dist/setup/prepared.js'
import { Store } from '../../dist/store/index.js'
import { endings } from './endings.mjs'
import { engineOf, openModels } from './device.mjs'
import { lostContext } from './lost.mjs'
import { outOfMemory } from './out-of-memory.mjs'
import { smallModel } from './small-graph.mjs'
import { start } from './small-run.mjs'

export async function prove(results, options) {
  const { device } = options
  await engineOf(device)
  const onGpu = device !== 'cpu'
  await results.attempt('abort of queued runs', () => abortQueued(results, device))
  await results.attempt('dispose during runs', () => disposeDuring(results, device))
  await results.attempt('ways of ending', () => endings(results, device))
  if (!onGpu) return results.note('A cancelled build, memory that runs out and a lost context need a GPU.')
  await results.attempt('a cancelled build', () => cancelledBuild(results))
  await results.attempt('out of memory', () => outOfMemory(results, device))
  await results.attempt('a lost context', () => lostContext(results))
}

const instances = 4
/** As many as the instances and their queues hold. */
const many = 12

async function abortQueued(results, device) {
  const session = await openModels([await smallModel(device)], { device, instances })
  try {
    const controllers = Array.from({ length: many }, () => new AbortController())
    const runs = controllers.map(({ signal }) => start(session, signal))
    controllers.forEach((controller, index) => index % 2 === 1 && controller.abort())
    const ends = await Promise.allSettled(runs)
    const kept = ends.filter(({ status }, index) => index % 2 === 0 && status === 'fulfilled').length
    const codes = [...new Set(ends.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.code))]
    results.check(
      `abort of half of ${many} queued runs`,
      `${kept} others done; ${ends.length - kept} aborted or done before: ${codes.join() || 'no code'}`,
      `${many / 2} done; ERR_ABORTED alone`,
      kept === many / 2 && codes.join() === 'ERR_ABORTED',
    )
    await start(session)
    results.check('a run after that', 'works', 'works', true)
  } finally {
    await session.dispose()
  }
}

async function disposeDuring(results, device) {
  const session = await openModels([await smallModel(device)], { device, instances })
  const runs = Array.from({ length: many }, () => start(session))
  const gone = session.dispose()
  const refused = await start(session).catch((error) => error.code)
  const ends = await Promise.allSettled(runs)
  await gone
  const done = ends.filter(({ status }) => status === 'fulfilled').length
  const codes = [...new Set(ends.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.code))]
  results.check(
    `dispose during ${many} runs`,
    `${done} done${codes.length > 0 ? `, others ${codes.join()}` : ''}; a new one: ${refused}`,
    'all done; ERR_DISPOSED',
    refused === 'ERR_DISPOSED' && done === many,
  )
}

/** The child process is gone at once, and nothing is left in the store. */
async function cancelledBuild(results) {
  const store = await Store.open()
  const weights = loadRecipe('isnet')
  const { stages } = await prepareModel(store, weights, { target: 'tensorrt', precision: 'fp32' })
  const core = stages.find(({ name }) => name === 'core')
  const before = (await store.list('engines')).length
  const controller = new AbortController()
  const building = buildEngine({ onnx: core.path, optimizationLevel: 5, signal: controller.signal })
  const ended = building.then(
    () => 'it was built',
    (error) => (error instanceof PdfnetError ? error.code : error.message),
  )
  for (let waited = 0; (await builders()) === 0 && waited < 200; waited++) await sleep(50)
  await sleep(2000)
  const during = await builders()
  const from = performance.now()
  controller.abort()
  const code = await ended
  const took = performance.now() - from
  await sleep(200)
  const [after, left] = [await builders(), (await store.list('engines')).length]
  results.check(
    'a cancelled build',
    `${code} after ${took.toFixed(0)} ms; build processes ${during} then ${after}; engines ${before} then ${left}`,
    'ERR_ABORTED; 1 then 0; as many',
    code === 'ERR_ABORTED' && after === 0 && left === before,
  )
}

/** How many build programs are running. */
async function builders() {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const programs = await Promise.all(names.map((name) => readFile(join('/proc', name, 'comm'), 'utf8').catch(() => '')))
  return programs.filter((program) => 'pdfnet-trt-build'.startsWith(program.trim()) && program.trim() !== '').length
}
