import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ready } from '../ready.js'
import { command } from './command.js'

interface Diagnosis {
  readonly works: boolean
  readonly remedy?: string
  readonly findings: readonly { readonly name: string; readonly state: string; readonly says: string }[]
}

async function doctor(store?: string): Promise<{ status: number | null; diagnosis: Diagnosis }> {
  const env = store === undefined ? {} : { PDFNET_TRT_STORE: store }
  const { status, stdout } = await command(['doctor', '--json'], { env })
  return { status, diagnosis: JSON.parse(stdout) as Diagnosis }
}

test('with an empty store the remedy is the one command that comes first', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const { status, diagnosis } = await doctor(join(folder, 'store'))
  t.is(status, 6)
  t.like(diagnosis, { works: false, remedy: 'npx pdfnet-trt setup cpu' })
  t.is(diagnosis.findings.find(({ name }) => name === 'GPU')?.state === 'broken', false)
})

test('a store that others may change is the finding, with its remedy', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'open'))
  await chmod(join(folder, 'open'), 0o777)
  const { status, diagnosis } = await doctor(join(folder, 'open/store'))
  t.is(status, 6)
  t.like(
    diagnosis.findings.find(({ name }) => name === 'store'),
    { state: 'broken' },
  )
  t.regex(diagnosis.remedy!, /chmod go-w/)
})

test('with all that is needed it says so and has no remedy', async (t) => {
  if (!(await ready(t))) return
  const { status, diagnosis } = await doctor()
  t.is(status, 0)
  t.like(diagnosis, { works: true, remedy: undefined })
})
