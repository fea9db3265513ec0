/** Run by tensorrt.test.ts in a process with the fake driver: LIBRARY PLAN; prints a FakeRun as JSON. */

import { addon, type NativeSession } from '#dist/native.js'

export interface FakeRun {
  /** The first output of each run. */
  readonly values: readonly number[]
  /** How many times were told of the last run. */
  readonly steps: number
  /** By function of CUDA and the error that it gives: the codes of the run that it hits, of two behind it, and of a later one. */
  readonly faults: Readonly<Record<string, readonly string[]>>
  /** The codes of the run in which the GPU is lost, and of an opening after it. */
  readonly lost: string
  readonly later: string
  /** What capabilities() says of CUDA then. */
  readonly capability: string
}

const [library = '', plan = ''] = process.argv.slice(2)
const shape = [2, 64]

function open(): Promise<NativeSession> {
  return addon().open(
    { engine: 'tensorrt', library, models: [plan, plan], instances: 1, threads: 0, settings: { cuda_graphs: 'on' } },
    0,
  )
}

async function chain(session: NativeSession, ticket: number) {
  const input = new Uint8Array(new Float32Array(128).fill(1).buffer)
  const output = new Float32Array(128)
  const between = { shape, buffer: 0, offset: 0 }
  const steps = [
    { model: 0, inputs: [{ name: 'x', shape, data: input }], outputs: [{ name: 'y', ...between }] },
    {
      model: 1,
      inputs: [{ name: 'x', ...between }],
      outputs: [{ name: 'y', shape, data: new Uint8Array(output.buffer) }],
    },
  ]
  const timings = await session.run(steps, ticket)
  return { value: output[127] ?? NaN, steps: (timings.length - 2) / 3 }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  )

/** The first call of the function fails, and none after it. */
async function failOnce(session: NativeSession, fault: string): Promise<readonly string[]> {
  process.env['PDFNET_FAKE_CUDA_FAIL'] = `${fault}:1`
  const together = await Promise.all([1, 2, 3].map((ticket) => codeOf(chain(session, ticket))))
  delete process.env['PDFNET_FAKE_CUDA_FAIL']
  return [...together, await codeOf(chain(session, 4))]
}

const session = await open()
const runs = []
for (let ticket = 1; ticket <= 6; ticket++) runs.push(await chain(session, ticket))
const functions = [
  'cuCtxSetCurrent',
  'cuMemcpyHtoDAsync_v2',
  library.includes('rtx') ? 'fake_cuda_enqueue' : 'cuGraphLaunch',
  'cuMemcpyDtoHAsync_v2',
  'cuEventRecord',
  'cuEventSynchronize',
]
const faults: Record<string, readonly string[]> = {}
for (const error of [999, 2]) {
  for (const name of functions) faults[`${name}:${error}`] = await failOnce(session, `${name}:${error}`)
}
process.env['PDFNET_FAKE_CUDA_FAIL'] = 'cuEventSynchronize:700:1'
const lost = await codeOf(chain(session, 7))
await session.dispose()
const later = await codeOf(open())
const { cuda } = await addon().capabilities({ onnxruntime: [], tensorrt: [], rtx: [] })
const result: FakeRun = {
  values: runs.map(({ value }) => value),
  steps: runs.at(-1)?.steps ?? 0,
  faults,
  lost,
  later,
  capability: cuda.reason,
}
console.log(JSON.stringify(result))
