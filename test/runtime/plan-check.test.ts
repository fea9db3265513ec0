import { createHash } from 'node:crypto'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { PdfnetError } from '#dist/errors.js'
import { checkPlan, type PlanFault, type PlanRecord, type PlanUse } from '#dist/runtime/index.js'
import { temporaryFolder } from './build-help.js'

const bytes = Buffer.alloc(5000, 'plan')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const here: PlanUse = { flavour: 'rtx', version: '1.7.1', gpu: { name: 'RTX 4090', computeCapability: '8.9' } }

const record: PlanRecord = {
  format: 1,
  key: 'rtx-1.7.1-0',
  graph: [{ name: 'graph.onnx', bytes: 1, sha256 }],
  library: { flavour: 'rtx', version: '1.7.1' },
  target: { computeCapabilities: ['8.6', '8.9'] },
  settings: { profiles: [] },
  plan: { bytes: bytes.length, sha256 },
  build: { seconds: 1, peakRssBytes: 1 },
  tested: 'untested',
}

async function written(t: ExecutionContext, change: Partial<PlanRecord> = {}): Promise<string> {
  const plan = join(await temporaryFolder(t), 'engine.plan')
  await writeFile(plan, bytes)
  await writeFile(`${plan}.json`, JSON.stringify({ ...record, ...change }))
  return plan
}

async function refused(t: ExecutionContext, plan: string, fault: PlanFault, use = here): Promise<string> {
  const error = await t.throwsAsync<PdfnetError>(checkPlan(plan, use), { code: 'ERR_PLAN_REFUSED' })
  t.is(error.details.fault, fault)
  return error.message
}

test('a plan that is what its sidecar says, for this GPU and library, is taken', async (t) => {
  t.deepEqual(await checkPlan(await written(t), here), record)
})

test('a plan that is not there is refused', async (t) => {
  await refused(t, join(await temporaryFolder(t), 'none.plan'), 'missing')
})

test('a plan that was cut short, or grew, is refused before it is hashed', async (t) => {
  const [shorter, longer] = [await written(t), await written(t)]
  await truncate(shorter, 100)
  t.regex(await refused(t, shorter, 'truncated'), /100 of 5000 bytes/)
  await writeFile(longer, 'more', { flag: 'a' })
  await refused(t, longer, 'damaged')
})

test('a plan in which one byte was changed is refused', async (t) => {
  const plan = await written(t)
  const changed = Buffer.from(bytes)
  changed[2500]! ^= 1
  await writeFile(plan, changed)
  t.true((await refused(t, plan, 'damaged')).includes(sha256))
})

test('a plan without a sidecar is taken with its SHA-256 only', async (t) => {
  const plan = join(await temporaryFolder(t), 'engine.plan')
  await writeFile(plan, bytes)
  await refused(t, plan, 'foreign')
  t.is(await checkPlan(plan, { ...here, sha256: sha256.toUpperCase() }), undefined)
  await refused(t, plan, 'damaged', { ...here, sha256: '0'.repeat(64) })
})

test('a sidecar that is none is refused', async (t) => {
  const plan = await written(t)
  for (const content of ['{', 'null', '{"format":1}', JSON.stringify({ ...record, format: 2 }), 'x'.repeat(2 << 20)]) {
    await writeFile(`${plan}.json`, content)
    await refused(t, plan, 'foreign')
  }
})

test('a plan of a newer, an older or another library is refused, and the reason says which', async (t) => {
  const of = (flavour: 'rtx' | 'enterprise', version: string) => written(t, { library: { flavour, version } })
  t.regex(
    await refused(t, await of('rtx', '1.10.0'), 'library'),
    /1\.10\.0, which is newer than the TensorRT-RTX 1\.7\.1/,
  )
  t.regex(await refused(t, await of('rtx', '1.5.9'), 'library'), /older than/)
  t.regex(await refused(t, await of('enterprise', '11.2.1'), 'library'), /TensorRT 11\.2\.1, which is not/)
})

test('a plan for other compute capabilities, or of another GPU, is refused where that GPU is not', async (t) => {
  const gpu = { name: 'H100', computeCapability: '9.0' }
  t.regex(await refused(t, await written(t), 'device', { ...here, gpu }), /8\.6, 8\.9, and the GPU here is H100/)
  const enterprise = { flavour: 'enterprise', version: '11.2.1' } as const
  const own = await written(t, { library: enterprise, target: { gpu: 'H100', computeCapability: '9.0' } })
  t.truthy(await checkPlan(own, { ...enterprise, gpu }))
  await refused(t, own, 'device', { ...enterprise, gpu: { ...gpu, name: 'H200' } })
  t.truthy(await checkPlan(own, enterprise))
})

test('a check ends when it is aborted', async (t) => {
  await t.throwsAsync(checkPlan(await written(t), here, { signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' })
})
