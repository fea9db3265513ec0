/** What TensorRT builds engines by: which files count, for which GPUs they are, and who may have written them. */

import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Store } from '#dist/store/index.js'
import { lacksResource, pickLibrary, searchTensorrt, type PlacedLibrary } from '#dist/tensorrt/index.js'
import { temporaryFolder } from '../store/help.js'
import { rtxNames, writeLibraries } from './help.js'

async function found(t: ExecutionContext, ...names: readonly string[]): Promise<PlacedLibrary> {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), names)
  return picked(t, folder)
}

async function picked(t: ExecutionContext, folder: string): Promise<PlacedLibrary> {
  const store = await Store.open(join(await temporaryFolder(t), 'store'))
  return pickLibrary(await searchTensorrt(store, { folder }))
}

const resource = (target: string, version = '11.2.1'): string => `libnvinfer_builder_resource_${target}.so.${version}`

test('TensorRT with a file for each generation of GPUs builds for those whose file is there', async (t) => {
  const library = await found(t, 'libnvinfer.so.11.2.1', resource('ptx'), resource('sm86'), resource('sm120'))
  for (const capability of ['8.6', '12.0']) t.is(lacksResource(library, capability), undefined)
  for (const [capability, target] of Object.entries({ '7.5': 'sm75', '9.0': 'sm90', '10.0': 'sm100' })) {
    const error = lacksResource(library, capability)!
    t.is(error.code, 'ERR_LIBRARY_LOAD')
    t.true(error.message.includes(`libnvinfer_builder_resource_${target}.so is not beside it`), error.message)
  }
  // Nobody knows which file these take.
  t.is(lacksResource(library, '10.3'), undefined)
})

test('older TensorRT has one file for all, TensorRT-RTX none', async (t) => {
  const older = await found(t, 'libnvinfer.so.10.6.0', 'libnvinfer_builder_resource.so.10.6.0')
  t.is(lacksResource(older, '9.0'), undefined)
  t.is(lacksResource(await found(t, ...rtxNames), '8.9'), undefined)
})

test('a library with none of them builds nothing, and those of another version are not its own', async (t) => {
  const bare = await found(t, 'libnvinfer.so.11.2.1', resource('sm90', '11.1.0'), resource('sm90', '1.2.1'))
  t.deepEqual(bare.resources, [])
  for (const capability of ['9.0', '10.3']) t.truthy(lacksResource(bare, capability))
})

test('they are found by the major version, and beside the file that a link leads to', async (t) => {
  const lib = await writeLibraries(join(await temporaryFolder(t), 'lib'), ['libnvinfer.so.11', resource('sm90')])
  const linked = join(await temporaryFolder(t), 'linked')
  await mkdir(linked)
  await symlink(join(lib, 'libnvinfer.so.11'), join(linked, 'libnvinfer.so.11'))
  const { resources } = await picked(t, linked)
  t.deepEqual(resources, [{ path: join(lib, resource('sm90')), target: 'sm90' }])
})

test('a library is not used where others may write to what it builds by, also behind a link', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), ['libnvinfer.so.11.2.1', resource('sm90')])
  const file = join(folder, resource('sm90'))
  await chmod(file, 0o666)
  await t.throwsAsync(picked(t, folder), { code: 'ERR_LIBRARY_LOAD', message: /_sm90.*may be written to by others/ })
  const elsewhere = join(await temporaryFolder(t), 'sm90')
  await rename(file, elsewhere)
  await symlink(elsewhere, file)
  await t.throwsAsync(picked(t, folder), { code: 'ERR_LIBRARY_LOAD', message: /sm90 may be written to by others/ })
})

test('a link to nowhere counts as absent', async (t) => {
  const folder = await writeLibraries(join(await temporaryFolder(t), 'lib'), ['libnvinfer.so.11.2.1'])
  await symlink('/nowhere', join(folder, resource('sm90')))
  await writeFile(join(folder, 'libnvinfer_builder_resource_sm90.so'), '')
  t.deepEqual((await picked(t, folder)).resources, [])
})
