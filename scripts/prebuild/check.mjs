/** What must hold of a prebuild: it is complete, and asks for nothing that an old system lacks. */

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { neededLibraries, neededVersions } from '../elf.mjs'
import { missingAbis } from '../check-abis.mjs'
import { foreignNeeds } from '../check-symbols.mjs'

/** Of RHEL 8 and its like: the oldest that Node 20 runs on. */
export const glibc = '2.28'

/** `glibc` in its name keeps node-gyp-build from loading it where the C library is musl. */
export const addonName = 'pdfnet-trt.glibc.node'
export const programName = 'pdfnet-trt-build'

/** Of GCC's runtimes, which are newer or older than the C library: Zig's are inside. */
const unwanted = /^lib(stdc\+\+|gcc_s)\.so/

/** What is wrong with the prebuild in a folder: a line each. */
export async function prebuildProblems(folder) {
  const files = [addonName, programName].map((name) => join(folder, name))
  const absent = files.filter((file) => !existsSync(file))
  if (absent.length > 0) return absent.map((file) => `${file} is not there`)
  const problems = (await Promise.all(files.map(loadProblems))).flat()
  const program = join(folder, programName)
  if ((statSync(program).mode & 0o777) !== 0o755) problems.push(`${program} is not of mode 755`)
  else
    problems.push(
      ...missingAbis(program).map((abi) => `${program} lacks the ABI ${abi}: see scripts/fetch-headers.mjs`),
    )
  return problems
}

async function loadProblems(file) {
  const foreign = await foreignNeeds(file)
  const runtimes = (await neededLibraries(file)).filter((name) => unwanted.test(name))
  const newer = (await neededVersions(file)).filter((version) => !isOldEnough(version))
  return [...foreign, ...runtimes, ...newer].map(
    (name) => `${file} needs ${name}, which a system with glibc ${glibc} may lack`,
  )
}

/** Whether a system with that glibc has the symbol version. */
export function isOldEnough(version) {
  const [, number] = /^GLIBC_([\d.]+)$/.exec(version) ?? []
  return number !== undefined && number.localeCompare(glibc, 'en', { numeric: true }) <= 0
}
