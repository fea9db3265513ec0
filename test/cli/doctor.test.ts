import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ready } from '../ready.js'
import { enterpriseNames, rtxNames, writeDriver, writeLibraries } from '../tensorrt/help.js'
import { command } from './command.js'

interface Diagnosis {
  readonly works: boolean
  readonly remedy?: string
  readonly findings: readonly { readonly name: string; readonly state: string; readonly says: string }[]
}

async function doctor(
  store?: string,
  more: NodeJS.ProcessEnv = {},
): Promise<{ status: number | null; diagnosis: Diagnosis }> {
  const env = { ...(store !== undefined && { PDFNET_TRT_STORE: store }), ...more }
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

type Found = Diagnosis['findings'][number]

function finding({ findings }: Diagnosis, wanted: string): Found {
  return findings.find(({ name }) => name === wanted)!
}

test('GPU, driver and the libraries that were found are told with their versions and real paths', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'doctor-')))
  t.teardown(() => rm(folder, { recursive: true }))
  const lib = await writeLibraries(join(folder, 'root/lib'), [...rtxNames, ...enterpriseNames])
  const driver = await writeDriver(join(folder, 'driver'))
  const { diagnosis } = await doctor(join(folder, 'store'), {
    TENSORRT_ROOT: join(folder, 'root'),
    LD_LIBRARY_PATH: driver,
    PDFNET_FAKE_CUDA: '12040 0 8.9 8.6',
  })
  const gpus = 'Fake GPU 0 (8.9), Fake GPU 1 (8.6)'
  t.is(finding(diagnosis, 'GPU').says, `${gpus}; driver with CUDA 12.4 in ${driver}/libcuda.so.1`)
  const [rtx, enterprise] = [finding(diagnosis, 'TensorRT-RTX'), finding(diagnosis, 'TensorRT')]
  t.true(rtx.says.startsWith(`TensorRT-RTX 1.7.1 in ${lib}/${rtxNames[0]} (TENSORRT_ROOT)`))
  t.true(enterprise.says.startsWith(`TensorRT 11.2.1 in ${lib}/${enterpriseNames[0]} (TENSORRT_ROOT)`))
  t.is(finding(diagnosis, 'LD_LIBRARY_PATH'), undefined as never)
})

test('an old driver, a library that others may write to, and one without its parser are found', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'doctor-')))
  t.teardown(() => rm(folder, { recursive: true }))
  const lib = await writeLibraries(join(folder, 'lib'), [rtxNames[0]])
  await chmod(await writeLibraries(join(folder, 'lib64'), enterpriseNames), 0o777)
  const { diagnosis } = await doctor(join(folder, 'store'), {
    TENSORRT_ROOT: folder,
    LD_LIBRARY_PATH: await writeDriver(join(folder, 'driver')),
    PDFNET_FAKE_CUDA: '11040 0 8.9',
  })
  const says = {
    GPU: 'TensorRT needs CUDA 12.2 or newer, and the driver here has 11.4',
    'TensorRT-RTX': `${lib}/${rtxNames[0]} cannot build engines`,
    TensorRT: `${folder}/lib64 may be written to by others`,
  }
  for (const [name, text] of Object.entries(says)) {
    t.is(finding(diagnosis, name).state, 'warning')
    t.true(finding(diagnosis, name).says.includes(text), finding(diagnosis, name).says)
  }
})

test('setup tensorrt says what to update, or which command installs what the GPU needs', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'setup-')))
  t.teardown(() => rm(folder, { recursive: true }))
  const LD_LIBRARY_PATH = await writeDriver(join(folder, 'driver'))
  const place = { PDFNET_TRT_STORE: join(folder, 'store'), TENSORRT_ROOT: folder, LD_LIBRARY_PATH }
  const setup = async (driver: string): Promise<{ status: number | null; answer: Record<string, unknown> }> => {
    const env = { ...place, PDFNET_FAKE_CUDA: driver }
    const { status, stdout } = await command(['setup', 'tensorrt', '--json'], { env })
    return { status, answer: JSON.parse(stdout) as Record<string, unknown> }
  }
  const old = await setup('11040 0 8.9')
  t.is(old.status, 6)
  t.like(old.answer, { error: { code: 'ERR_DRIVER_OLD' } })
  const absent = await setup('13000 0 9.0')
  t.like(absent.answer, { flavour: 'enterprise' })
  t.regex(String(absent.answer.terms), /^https:\/\/docs\.nvidia\.com\/deeplearning\/tensorrt\//)
  // Where the system has it, there is nothing to install.
  if (absent.answer.path === undefined) {
    t.is(absent.status, 6)
    t.regex(String(absent.answer.command), /libnvinfer11|tensorrt-cu13-libs|^tar /)
  }
  await writeLibraries(join(folder, 'lib'), enterpriseNames)
  const there = await setup('13000 0 9.0')
  t.is(there.status, 0)
  t.like(there.answer, { path: join(folder, 'lib', enterpriseNames[0]), version: '11.2.1', fetched: false })
})

test('an option of one device is refused for another', async (t) => {
  t.is((await command(['setup', 'cpu', '--flavour', 'rtx'])).status, 2)
})
