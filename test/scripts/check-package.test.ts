/** The check of the package can fail: each rule is broken once in a package of a few files. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'

const script = new URL('../../../scripts/check-package.mjs', import.meta.url)
const { packageProblems } = (await import(script.href)) as { packageProblems: (folder: string) => Promise<string[]> }

const manifest = {
  name: 'tiny',
  version: '1.0.0',
  files: ['*'],
  exports: './index.js',
  imports: { '#addon': { 'pdfnet-test': './gone.cjs', default: './index.js' }, '#engines/*': './engines/*' },
  bin: { tiny: './index.js' },
}

async function problems(changes: Readonly<Record<string, string>>, fields: object = {}): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-package-'))
  const files = {
    'package.json': JSON.stringify({ ...manifest, ...fields }),
    'package-lock.json': '{ "packages": {} }',
    'index.js': '',
    'engines/tiny.json': '{}',
    LICENSE: '',
    'README.md': '',
    ...changes,
  }
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return await packageProblems(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a package that holds what it should passes', async (t) => {
  t.deepEqual(await problems({}), [])
})

test('libraries, weights, binaries and tests are found by their names', async (t) => {
  const names = [
    'lib/libx.so.1',
    'w/model.onnx',
    'build/x.node',
    'test/a.js',
    'lib/x_test.node',
    'NvInfer.h',
    'binding.gyp',
  ]
  const found = await problems(Object.fromEntries(names.map((name) => [name, ''])))
  for (const name of names)
    t.true(
      found.some((line) => line.startsWith(`${name} is packed`)),
      name,
    )
})

test('a prebuild is no stray binary', async (t) => {
  t.deepEqual(await problems({ 'prebuilds/linux-x64/tiny.node': '' }), [])
})

test('what was compiled from a source that is gone is found', async (t) => {
  const found = await problems({ 'dist/new.js': '', 'ts/new.ts': '', 'dist/old.js': '', 'dist/old.d.ts': '' })
  t.deepEqual(
    found.sort(),
    ['dist/old.d.ts', 'dist/old.js'].map((name) => `${name} is packed, and its source is gone`),
  )
})

test('what package.json names must be packed, but for the condition of the tests', async (t) => {
  t.deepEqual(await problems({}, { bin: { tiny: './gone.js' } }), ['package.json names gone.js, which is not packed'])
})

test('install scripts are refused, here and in what is depended on', async (t) => {
  const lock = {
    packages: { 'node_modules/a': { hasInstallScript: true }, 'node_modules/b': { hasInstallScript: true, dev: true } },
  }
  t.deepEqual(await problems({ 'package-lock.json': JSON.stringify(lock) }, { scripts: { prepare: 'x' } }), [
    'package.json has a script prepare',
    'node_modules/a is a dependency that has an install script',
  ])
})

test('a large package is refused', async (t) => {
  const noise = Buffer.from(Array.from({ length: 5_100_000 }, () => Math.floor(Math.random() * 256)))
  const found = await problems({ 'big.js': noise.toString('latin1') })
  t.true(found.some((line) => line.includes('more than 5000000')))
})
