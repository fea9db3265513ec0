/** However a process or a worker ends, and whatever a session is doing then, no signal ends it. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { cpuLibrary, temporaryFolder, writeProducts } from './addon.js'
import type { Ending } from './ending.js'

const program = fileURLToPath(new URL('ending.js', import.meta.url))

/** Far less than a run takes that is not terminated. */
const soon = 30_000

type Part = Pick<Ending, 'options' | 'side'> & { readonly moments: readonly Ending['moment'][] }

/** `short`: runs last a fraction of a second, for the ends that wait for them; otherwise a minute, unless terminated. */
type MakePart = (t: ExecutionContext, short: boolean) => Promise<Part | undefined>

const fake: MakePart = (_t, short) => {
  const settings = { delay_ms: short ? '200' : '60000', inputs: 'x:float32:4,4', outputs: 'y:float32:4,4' }
  const options = { engine: 'fake', library: '/none', models: ['/none'], instances: 1, threads: 0, settings } as const
  return Promise.resolve({ options, side: 4, moments: ['opening', 'idle', 'running', 'queued', 'disposing'] })
}

const real: MakePart = async (t, short) => {
  const library = await cpuLibrary(t)
  if (library === undefined) return undefined
  const model = join(await temporaryFolder(t), 'products.onnx')
  await writeProducts(model, 1024, short ? 5 : 1000)
  const options = { engine: 'cpu', library, models: [model], instances: 2, threads: 2 } as const
  return { options, side: 1024, moments: ['opening', 'idle', 'running'] }
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly milliseconds: number
}

function live(ending: Ending): Promise<Ended> {
  const args = ['--conditions=pdfnet-test', program, JSON.stringify(ending)]
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, output, milliseconds: performance.now() - started }))
  })
}

async function liveAll(t: ExecutionContext, make: MakePart, end: Pick<Ending, 'by' | 'inWorker'>, code: number) {
  const part = await make(t, end.by === 'return')
  for (const moment of part?.moments ?? []) {
    const ended = await live({ options: part!.options, side: part!.side, moment, ...end })
    t.is(ended.signal, null, `${moment}: killed by a signal\n${ended.output}`)
    t.is(ended.code, code, `${moment}\n${ended.output}`)
    t.true(ended.milliseconds < soon, `${moment} took ${ended.milliseconds} ms`)
  }
}

const mainEnds = [
  ['return', 0],
  ['exit', 0],
  ['throw', 1],
  ['reject', 1],
] as const
const workerEnds = ['return', 'exit', 'throw', 'terminate', 'main-exit'] as const

for (const [name, make] of [
  ['the fake', fake],
  ['ONNX Runtime', real],
] as const) {
  for (const [by, code] of mainEnds) {
    test.serial(`A process that ends by ${by}, at any moment of a session on ${name}, ends without a signal`, (t) =>
      liveAll(t, make, { by, inWorker: false }, code),
    )
  }
  for (const by of workerEnds) {
    test.serial(`A worker that ends by ${by}, at any moment of a session on ${name}, ends without a signal`, (t) =>
      liveAll(t, make, { by, inWorker: true }, 0),
    )
  }
}

for (const [by, code] of [
  ['exit', 0],
  ['throw', 1],
] as const) {
  test.serial(`A process that ends by ${by} does not wait for a run that never ends`, async (t) => {
    const { options, side } = (await fake(t, false))!
    const settings = { ...options.settings, deaf: '1' }
    const ended = await live({ options: { ...options, settings }, side, moment: 'running', by, inWorker: false })
    t.is(ended.signal, null, ended.output)
    t.is(ended.code, code, ended.output)
    t.true(ended.milliseconds < soon, `it took ${ended.milliseconds} ms`)
    t.regex(
      ended.output,
      /a run or an opening has not ended within 5 s of the process's end, which does not wait for it/,
    )
  })
}
