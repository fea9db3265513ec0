/** What the doctor says of GPU, driver, TensorRT and engines, and what it says to do first. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { PdfnetError } from '#dist/errors.js'
import type { Capabilities, Capability } from '#dist/native.js'
import { reportEngines } from '#dist/setup/doctor-engines.js'
import { reportGpu, reportTensorrt } from '#dist/setup/doctor-tensorrt.js'
import { Report, type Diagnosis, type Finding } from '#dist/setup/report.js'
import { Store } from '#dist/store/index.js'
import type { Flavour, PlacedLibrary } from '#dist/tensorrt/index.js'
import { temporaryFolder } from '../store/help.js'
import { cudaOf } from '../tensorrt/help.js'

const setup = 'npx pdfnet-trt setup tensorrt'

function libraryOf(flavour: Flavour, more: Partial<PlacedLibrary> = {}): PlacedLibrary {
  const version = flavour === 'rtx' ? '1.7.1' : '11.2.1'
  return {
    flavour,
    version,
    library: `/lib/${flavour}.so`,
    parser: `/lib/${flavour}-parser.so`,
    place: 'system',
    ...more,
  }
}

function capabilitiesOf(cuda: Capabilities['cuda'], libraries: readonly PlacedLibrary[]): Capabilities {
  const capability = (wanted: Flavour): Capability => {
    const used = libraries.find(({ flavour, fault }) => flavour === wanted && !fault)
    if (!used) return { found: false, reason: 'nowhere' }
    return { found: true, reason: 'the first that was tried', path: used.library, version: used.version }
  }
  const tensorrt = { enterprise: capability('enterprise'), rtx: capability('rtx') }
  return { cpu: { found: true, reason: '', cores: 2 }, cuda, tensorrt }
}

function diagnose(cuda: Capabilities['cuda'], ...libraries: readonly PlacedLibrary[]): Diagnosis {
  const report = new Report()
  const survey = { capabilities: capabilitiesOf(cuda, libraries), tensorrt: { libraries, folders: [] } }
  reportGpu(report, survey)
  reportTensorrt(report, survey)
  const diagnosis = report.diagnosis()
  return diagnosis
}

function finding({ findings }: Diagnosis, name: string): Finding {
  return findings.find((one) => one.name === name)!
}

test('without a GPU nothing is at fault, and nothing is to be done', (t) => {
  const diagnosis = diagnose(cudaOf(undefined))
  t.like(diagnosis, { works: true, remedy: undefined })
  t.deepEqual(new Set(diagnosis.findings.map(({ state }) => state)), new Set(['missing']))
})

test('a driver without a device is no fault; one that fails is, and pictures can be matted all the same', (t) => {
  const none = { ...cudaOf('13.0'), reason: 'cuInit failed: CUDA_ERROR_NO_DEVICE (100)' }
  t.is(finding(diagnose(none), 'GPU').state, 'missing')
  const failing = { ...cudaOf('13.0'), reason: 'cuInit failed: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)' }
  const diagnosis = diagnose(failing)
  t.is(finding(diagnosis, 'GPU').state, 'warning')
  t.like(diagnosis, { works: true })
  t.regex(diagnosis.remedy!, /Restart/)
})

test('a GPU without its TensorRT has the one remedy', (t) => {
  t.is(diagnose(cudaOf('13.0', '8.9')).remedy, setup)
  t.is(diagnose(cudaOf('13.0', '9.0'), libraryOf('rtx')).remedy, setup)
  t.is(diagnose(cudaOf('13.0', '8.9'), libraryOf('rtx')).remedy, undefined)
})

test('an old driver comes before a library that would not run on it', (t) => {
  const diagnosis = diagnose(cudaOf('11.4', '8.9'))
  t.is(finding(diagnosis, 'GPU').state, 'warning')
  t.regex(diagnosis.remedy!, /Update the NVIDIA driver to 535 or newer/)
})

test('a library that has no code for the GPU is said, and is no fault where the other flavour is there', (t) => {
  const diagnosis = diagnose(cudaOf('13.0', '9.0'), libraryOf('rtx'), libraryOf('enterprise'))
  t.is(finding(diagnosis, 'TensorRT-RTX').state, 'missing')
  t.regex(finding(diagnosis, 'TensorRT-RTX').says, /no code for compute capability 9\.0/)
  t.is(finding(diagnosis, 'TensorRT').state, 'works')
  t.is(diagnosis.remedy, undefined)
})

test('a library without its parser, and one that is refused, are said with their remedies', (t) => {
  const parserFault = new PdfnetError('ERR_LIBRARY_LOAD', 'its parser is not beside it', { remedy: 'install both' })
  const { parser, ...lacking } = libraryOf('rtx')
  t.truthy(parser)
  t.like(diagnose(cudaOf(undefined), { ...lacking, parserFault }), { works: true, remedy: 'install both' })
  const fault = new PdfnetError('ERR_LIBRARY_LOAD', 'others may write to it', { remedy: 'chmod' })
  const refused = diagnose(cudaOf(undefined), libraryOf('rtx', { fault }))
  t.like(finding(refused, 'TensorRT-RTX'), { state: 'warning', says: 'others may write to it' })
  t.is(refused.remedy, 'chmod')
})

test('a library that lacks what it builds by for the GPU that is here is said, before it is tried', (t) => {
  const resourcesOf = (...targets: readonly string[]): PlacedLibrary =>
    libraryOf('enterprise', { resources: targets.map((target) => ({ path: `/lib/${target}.so`, target })) })
  const found = (...targets: readonly string[]): Diagnosis => diagnose(cudaOf('13.0', '9.0'), resourcesOf(...targets))
  const diagnosis = found('ptx', 'sm80')
  t.like(finding(diagnosis, 'TensorRT'), { state: 'warning' })
  t.regex(
    finding(diagnosis, 'TensorRT').says,
    /runs engines, but can build none for compute capability 9\.0: libnvinfer_builder_resource_sm90\.so is not beside/,
  )
  t.regex(diagnosis.remedy!, /Install all of TensorRT/)
  t.regex(finding(found(), 'TensorRT').says, /libnvinfer_builder_resource\*\.so is not beside/)
  for (const complete of [found('ptx', 'sm90'), found('all')]) t.is(finding(complete, 'TensorRT').state, 'works')
})

test('what has not been tried on a GPU is said of TensorRT 11 and TensorRT-RTX', (t) => {
  const says = (library: PlacedLibrary): string =>
    finding(diagnose(cudaOf('13.0', '8.9'), library), library.flavour === 'rtx' ? 'TensorRT-RTX' : 'TensorRT').says
  const remark = /tried on a GPU with TensorRT 10 only/
  t.regex(says(libraryOf('rtx')), remark)
  t.regex(says(libraryOf('enterprise')), remark)
  t.notRegex(says(libraryOf('enterprise', { version: '10.6.0' })), remark)
})

test('of two versions it is said which one wins', (t) => {
  const older = libraryOf('rtx', { version: '1.6.0', library: '/opt/old.so', place: 'system' })
  const { findings } = diagnose(cudaOf('13.0', '8.9'), libraryOf('rtx', { place: 'TENSORRT_ROOT' }), older)
  const [used, other] = findings.filter(({ name }) => name === 'TensorRT-RTX')
  t.regex(used!.says, /1\.7\.1 in \/lib\/rtx\.so \(TENSORRT_ROOT\)/)
  t.regex(other!.says, /1\.6\.0 in \/opt\/old\.so .*is there too: \/lib\/rtx\.so comes first/)
})

test('engines for another library or GPU are stale', async (t) => {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  const engines = async (cuda: Capabilities['cuda'], ...libraries: PlacedLibrary[]): Promise<Finding | undefined> => {
    const report = new Report()
    await reportEngines(report, store, capabilitiesOf(cuda, libraries))
    return report.diagnosis().findings[0]
  }
  t.is(await engines(cudaOf(undefined), libraryOf('rtx')), undefined)
  await store.add('engines', 'engine', async (folder) => {
    await writeFile(join(folder, 'engine.plan'), 'plan')
    await writeFile(join(folder, 'engine.plan.json'), JSON.stringify(record))
    return {}
  })
  t.like(await engines(cudaOf(undefined), libraryOf('rtx')), { state: 'works' })
  t.like(await engines(cudaOf('13.0', '8.9'), libraryOf('rtx')), { state: 'works' })
  t.regex((await engines(cudaOf('13.0', '9.0'), libraryOf('rtx')))!.says, /compute capability 8\.6, 8\.9/)
  t.regex(
    (await engines(cudaOf(undefined), libraryOf('rtx', { version: '1.8.0' })))!.says,
    /older than the TensorRT-RTX 1\.8\.0/,
  )
  t.regex((await engines(cudaOf(undefined)))!.says, /TensorRT-RTX is not here/)
})

const record = {
  format: 1,
  key: 'engine',
  graph: [],
  library: { flavour: 'rtx', version: '1.7.1' },
  target: { computeCapabilities: ['8.6', '8.9'] },
  settings: { profiles: [] },
  plan: { bytes: 4, sha256: '0'.repeat(64) },
  build: { seconds: 1, peakRssBytes: 1 },
  tested: 'untested',
}
