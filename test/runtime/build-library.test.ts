import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'ava'
import type { PdfnetError } from '#dist/errors.js'
import { BuildReport } from '#dist/runtime/build-messages.js'
import { buildEngine, findBuildLibrary } from '#dist/runtime/index.js'
import { fakeLibrary, fakeNames, temporaryFolder, writeGraph } from './build-help.js'

test('a folder without TensorRT is named in the error', async (t) => {
  const folder = await temporaryFolder(t)
  const error = await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_MISSING' })
  t.true(error.message.includes(folder))
})

test('a library says its flavour and full version', async (t) => {
  const { flavour, version } = await findBuildLibrary(await fakeLibrary(t, 'null'))
  t.deepEqual({ flavour, version }, { flavour: 'rtx', version: '1.7.1' })
})

test('a library without its parser is refused', async (t) => {
  const folder = await fakeLibrary(t, 'null', [fakeNames.rtx])
  await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD', message: /parser.*is not beside it/ })
})

test('a parser of another version than the library is refused', async (t) => {
  const folder = await fakeLibrary(t, 'null', [fakeNames.rtx, 'libtensorrt_onnxparser_rtx.so.1.6.0'])
  await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD', message: /of version 1\.6\.0/ })
})

test('of two versions in one folder the newest is taken, with its own parser', async (t) => {
  const older = ['libtensorrt_rtx.so.1.5.9', 'libtensorrt_onnxparser_rtx.so.1.5.9']
  const folder = await fakeLibrary(t, 'null', [...older, ...Object.values(fakeNames)])
  const { version, parser } = await findBuildLibrary(folder)
  t.is(version, '1.7.1')
  t.is(parser, join(folder, fakeNames.rtxParser))
})

for (const version of ['1.4.0', '2.0.0']) {
  test(`TensorRT-RTX ${version}, whose methods lie elsewhere, is refused before it is called`, async (t) => {
    const names = [`libtensorrt_rtx.so.${version}`, `libtensorrt_onnxparser_rtx.so.${version}`]
    const folder = await fakeLibrary(t, 'crashes', names)
    const error = await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD' })
    t.true(error.message.includes(version))
  })
}

test('a library that others may write to, or whose folder they may, is refused', async (t) => {
  const folder = await fakeLibrary(t, 'null')
  await chmod(folder, 0o777)
  await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD', message: /may be written to by others/ })
  await chmod(folder, 0o700)
  await chmod(join(folder, fakeNames.rtx), 0o666)
  await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD', message: /may be written to by others/ })
  await chmod(join(folder, fakeNames.rtx), 0o600)
  await chmod(dirname(folder), 0o777)
  await t.throwsAsync(findBuildLibrary(folder), { code: 'ERR_LIBRARY_LOAD', message: /may be written to by others/ })
})

test('a file that TensorRT loads by name and does not find is named, with what to install', (t) => {
  const file = 'libnvinfer_builder_resource_sm90.so.11.2.1'
  const errorFor = (why: string): PdfnetError => {
    const report = new BuildReport()
    report.add({ type: 'library', abi: 'trt11', version: 110201 })
    const said = `createInferBuilder: Error Code 6: API Usage Error (Unable to load library: ${file}: ${file}: ${why} In Impl at /_src/runtime/dispatch/libLoader.cpp:305)`
    report.add({ type: 'failed', code: 'ERR_ENGINE_BUILD', message: said })
    return report.error('graph.onnx', 'status 1', '')
  }
  const missing = errorFor('cannot open shared object file: No such file or directory')
  t.like(missing, {
    code: 'ERR_LIBRARY_LOAD',
    message: `graph.onnx: TensorRT 11.2.1 builds engines for this GPU with ${file}, which cannot be loaded: cannot open shared object file: No such file or directory`,
  })
  t.regex(missing.remedy, /^Install all of TensorRT: .*tensorrt-cu13-libs/)
  const refused = errorFor('cannot enable executable stack as shared object requires: Invalid argument')
  t.is(refused.code, 'ERR_LIBRARY_LOAD')
  t.regex(refused.remedy, /another version/)
})

test('without a GPU TensorRT Enterprise is refused before its builder is asked for', async (t) => {
  const folder = await fakeLibrary(t, 'crashes', ['libnvinfer.so.11.2.1', 'libnvonnxparser.so.11.2.1'])
  const library = await findBuildLibrary(folder)
  if (library.gpu) {
    t.log('passed over: there is a GPU here')
    return t.pass()
  }
  const onnx = await writeGraph(await temporaryFolder(t))
  await t.throwsAsync(buildEngine({ onnx, library: folder }), { code: 'ERR_DEVICE_MISSING', message: /on a GPU only/ })
})
