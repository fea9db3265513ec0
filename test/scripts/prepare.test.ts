/** A fresh clone is prepared once: what decides whether anything is left to do, and what is said when it cannot be. */

import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const script = new URL('../../../scripts/prepare.mjs', import.meta.url)
const { checkTools, packagesMatch } = (await import(script.href)) as {
  checkTools: (machine: { path?: string; version?: string }) => void
  packagesMatch: (folder: string) => boolean
}

async function inFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-prepare-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const a = { version: '1.0.0', integrity: 'sha512-a' }
const b = { version: '2.0.0', integrity: 'sha512-b', optional: true }

/** Whether npm would have to install, given the two lists of packages and the folders that are there. */
function matches(wanted: object, found: object | undefined, folders: readonly string[]): Promise<boolean> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }))
    for (const name of folders) {
      await mkdir(join(folder, name), { recursive: true })
      await writeFile(join(folder, name, 'package.json'), '{}')
    }
    if (found) {
      await mkdir(join(folder, 'node_modules'), { recursive: true })
      await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: found }))
    }
    return packagesMatch(folder)
  })
}

const [pathA, pathB] = ['node_modules/a', 'node_modules/b']

test('packages that are those of the lock are left alone, optional ones there or not', async (t) => {
  t.true(await matches({ [pathA]: a, [pathB]: b }, { [pathA]: a, [pathB]: b }, [pathA, pathB]))
  t.true(await matches({ [pathA]: a, [pathB]: b }, { [pathA]: a }, [pathA]))
})

test('packages are installed where none, another, too few or too many are there', async (t) => {
  t.false(await matches({ [pathA]: a }, undefined, []))
  t.false(await matches({ [pathA]: a }, { [pathA]: { ...a, version: '1.0.1' } }, [pathA]))
  t.false(await matches({ [pathA]: a }, { [pathA]: { ...a, integrity: 'sha512-other' } }, [pathA]))
  t.false(await matches({ [pathA]: a }, {}, []))
  t.false(await matches({ [pathA]: a }, { [pathA]: a, [pathB]: b }, [pathA, pathB]))
  t.false(await matches({ [pathA]: a }, { [pathA]: a }, []))
})

test('missing tools are named with one line that installs them', (t) => {
  const error = t.throws(() => checkTools({ path: '/nowhere' }))
  t.regex(error.message, /^missing: npm, cmake, make, g\+\+\. Install with: .+ cmake make g\+\+$/)
})

test('an old Node is named', (t) => {
  t.throws(() => checkTools({ version: '20.8.1' }), { message: /^Node 20\.9 or later is needed, this is 20\.8\.1/ })
  t.throws(() => checkTools({ version: '18.20.0' }), { message: /this is 18\.20\.0/ })
  t.notThrows(() => checkTools({ version: '20.9.0' }))
  t.notThrows(() => checkTools({ version: '24.0.0' }))
})

test('without tools nothing is done, from any folder, and the status says so', async (t) => {
  await inFolder(async (folder) => {
    await cp(fileURLToPath(new URL('.', script)), join(folder, 'scripts'), { recursive: true })
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts/prepare.mjs')], {
      cwd: '/',
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    })
    t.is(status, 1)
    t.is(stdout, '')
    t.regex(stderr, /^missing: npm, cmake/)
  })
})
