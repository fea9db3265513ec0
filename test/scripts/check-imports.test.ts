/** The check of imports can fail: each rule is broken once in a package of a few lines. */

import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import test from 'ava'

const script = fileURLToPath(new URL('../../../scripts/check-imports.mjs', import.meta.url))
const { importProblems } = (await import(pathToFileURL(script).href)) as {
  importProblems: (folder: string) => string[]
}

/** A package that obeys every rule. */
const good: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module", "dependencies": { "sharp": "1.0.0" } }',
  'ts/tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "target": "ES2022", "lib": ["ES2022"], "types": [] }, "include": ["."] }',
  'ts/index.ts': "/** All that is public. */\nexport { matte } from './matting/index.js'\n",
  'ts/errors.ts': '/** The errors. */\nexport class Oops extends Error {}\n',
  'ts/image/index.ts': "/** Pictures in and out. */\nexport { decode } from './decode.js'\n",
  'ts/image/decode.ts':
    "/** Decodes. */\nimport { Oops } from '../errors.js'\nexport const decode = (bytes: Uint8Array): boolean => {\n  if (bytes[0] === 0xff) throw new Oops()\n  return true\n}\n",
  'ts/matting/index.ts':
    "/** Mattes pictures. */\nimport { decode } from '../image/index.js'\nexport const matte = (bytes: Uint8Array): boolean => decode(bytes)\n",
}

async function problems(changes: Readonly<Record<string, string>>): Promise<string> {
  return inPackage(changes, (folder) => importProblems(folder).join('\n'))
}

async function inPackage<T>(
  changes: Readonly<Record<string, string>>,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-imports-'))
  try {
    for (const [name, text] of Object.entries({ ...good, ...changes })) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a tree that obeys the table passes', async (t) => {
  t.is(await problems({}), '')
})

test('two files of a room may know each other by their types', async (t) => {
  const changes = {
    'ts/image/decode.ts': "/** Decodes. */\nimport { b } from './b.js'\nexport const decode = (): unknown => b\n",
    'ts/image/b.ts':
      "/** The other. */\nimport type { decode } from './decode.js'\nexport const b: typeof decode | 1 = 1\n",
  }
  t.is(await problems(changes), '')
})

test('a problem ends the check with status 1 and a line on standard error', async (t) => {
  const { status, stderr } = await inPackage({ 'ts/image/deep/file.ts': '/** Lost. */\n' }, (folder) =>
    spawnSync(process.execPath, [script, folder], { encoding: 'utf8' }),
  )
  t.is(status, 1)
  t.is(stderr, 'ts/image/deep: has no index.ts\n')
})

const broken: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
  'a room may not import one that the table does not give it': [
    { 'ts/image/decode.ts': "/** Decodes. */\nexport { matte as decode } from '../matting/index.js'\n" },
    /ts\/image\/decode\.ts:2: image may not import matting/,
  ],
  'a type counts as an import': [
    {
      'ts/image/decode.ts': "/** Decodes. */\nexport const decode = (): import('../matting/index.js').matte => true\n",
    },
    /image may not import matting/,
  ],
  'a dynamic import counts too': [
    { 'ts/image/decode.ts': "/** Decodes. */\nexport const decode = () => import('../matting/index.js')\n" },
    /image may not import matting/,
  ],
  'a room is entered through its index': [
    { 'ts/matting/index.ts': "/** Mattes. */\nexport { decode as matte } from '../image/decode.js'\n" },
    /import image through its index\.ts/,
  ],
  'a folder that is not in the table is no room': [
    { 'ts/attic/index.ts': "/** Old things. */\nexport { decode } from '../image/index.js'\n" },
    /attic is no room/,
  ],
  'files may not import each other in a circle': [
    {
      'ts/image/decode.ts': "/** Decodes. */\nimport { b } from './b.js'\nexport const decode = (): unknown => b\n",
      'ts/image/b.ts':
        "/** The other. */\nimport { decode } from './decode.js'\nexport const b = (): unknown => decode\n",
    },
    /a cycle of imports: image\/b\.ts → image\/decode\.ts → image\/b\.ts/,
  ],
  'what all share imports no room': [
    { 'ts/errors.ts': "/** The errors. */\nexport { decode as Oops } from './image/index.js'\n" },
    /errors is shared by all/,
  ],
  'every folder has an index': [
    { 'ts/image/deep/file.ts': '/** Lost: it is. */\n' },
    /ts\/image\/deep: has no index\.ts/,
  ],
  'every file opens with a sentence': [
    { 'ts/image/index.ts': "export { decode } from './decode.js'\n" },
    /opens with no docstring/,
  ],
  'the public index only re-exports': [
    { 'ts/index.ts': '/** Public. */\nexport const matte = 1\n' },
    /ts\/index\.ts:2: re-exports only/,
  ],
  'a package must be a dependency': [
    { 'ts/image/decode.ts': "/** Decodes. */\nexport { default as decode } from 'jimp'\n" },
    /jimp is no dependency/,
  ],
  'an import leads somewhere': [
    { 'ts/image/decode.ts': "/** Decodes. */\nexport { decode } from './gone.js'\n" },
    /\.\/gone\.js is no file of ts\//,
  ],
  'a loop over pixels is found by the type of what it touches': [
    {
      'ts/image/decode.ts':
        '/** Decodes. */\ntype Pixels = Uint8ClampedArray\nexport function decode(p: Pixels) {\n  for (let i = 0; i < p.length; i++) p[i] = 0\n}\n',
    },
    /decode\.ts:4: a loop over the elements of a typed array/,
  ],
  'so is a method that calls back for each element': [
    { 'ts/image/decode.ts': '/** Decodes. */\nexport const decode = (p: Float32Array) => p.map((v) => v * 2)\n' },
    /decode\.ts:2: a loop over the elements/,
  ],
  'and a for-of': [
    { 'ts/image/decode.ts': '/** Decodes. */\nexport function decode(p: Uint8Array) {\n  for (const v of p) v\n}\n' },
    /decode\.ts:3: a loop over the elements/,
  ],
}

for (const [title, [changes, expected]] of Object.entries(broken)) {
  test(title, async (t) => {
    t.regex(await problems(changes), expected)
  })
}
