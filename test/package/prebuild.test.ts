/** The check of prebuilds can fail: files that are absent, made for newer systems, or not executable. */

import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const script = new URL('../../../scripts/prebuild/check.mjs', import.meta.url)
const { addonName, glibc, isOldEnough, prebuildProblems, programName } = (await import(script.href)) as {
  addonName: string
  glibc: string
  isOldEnough: (version: string) => boolean
  prebuildProblems: (folder: string) => Promise<string[]>
  programName: string
}
const built = (name: string): string => fileURLToPath(new URL(`../../Release/${name}`, import.meta.url))

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-prebuild-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('both files must be there', async (t) => {
  await inFolder(async (folder) => {
    const lines = [addonName, programName].map((name) => `${join(folder, name)} is not there`)
    t.deepEqual(await prebuildProblems(folder), lines)
  })
})

test('an addon whose C++ library is not inside is refused', async (t) => {
  await inFolder(async (folder) => {
    await copyFile(built('pdfnet_trt.node'), join(folder, addonName))
    await copyFile(built(programName), join(folder, programName))
    const problems = await prebuildProblems(folder)
    t.true(problems.some((line) => line.startsWith(`${join(folder, addonName)} needs libstdc++.so.6`)))
    t.true(problems.some((line) => /needs GLIBCXX_/.test(line)))
  })
})

test('a build program that cannot be executed is refused', async (t) => {
  await inFolder(async (folder) => {
    for (const name of [addonName, programName]) await copyFile(built('pdfnet_trt.node'), join(folder, name))
    await chmod(join(folder, programName), 0o644)
    t.true((await prebuildProblems(folder)).includes(`${join(folder, programName)} is not of mode 755`))
  })
})

test('versions of glibc are compared as numbers, and no other library has any', (t) => {
  for (const version of ['GLIBC_2.2.5', 'GLIBC_2.9', `GLIBC_${glibc}`]) t.true(isOldEnough(version), version)
  for (const version of ['GLIBC_2.28.1', 'GLIBC_2.34', 'GLIBC_ABI_DT_RELR', 'GLIBCXX_3.4'])
    t.false(isOldEnough(version))
})
