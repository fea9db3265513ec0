/**
 * The compiler of prebuilds: Zig's C++ compiler with its own C++ library, which links against the symbols of any glibc.
 * A pinned wheel of the Python package index, kept under build/; nothing of Python is run but pip.
 */

import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchPipWheel } from '../../dist/store/index.js'
import { root } from '../steps.mjs'

const wheel = {
  name: 'ziglang',
  version: '0.15.2',
  sha256: '806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130',
  bytes: 93508126,
}
/** C libraries of other systems: two thirds of the files. */
const foreign = /^ziglang\/lib\/libc\/(?!glibc\/|include\/(generic-glibc|any-linux-any|x86[^/]*)\/)/

const home = join(root, 'build/zig')

/** Where Zig keeps what it compiled before: a second prebuild takes seconds. */
export const zigEnvironment = { ZIG_GLOBAL_CACHE_DIR: join(home, 'cache'), ZIG_LOCAL_CACHE_DIR: join(home, 'cache') }

/** Resolves with the absolute path of the program. Uses the network where it is not here yet. */
export async function zig() {
  const folder = join(home, wheel.version)
  const program = join(folder, 'ziglang/zig')
  if (existsSync(program)) return program
  const temporary = join(home, `.${process.pid}`)
  await mkdir(temporary, { recursive: true })
  try {
    await fetchPipWheel({ ...wheel, folder: temporary, pick: (path) => isWanted(path) })
    await chmod(join(temporary, 'ziglang/zig'), 0o755)
    await rm(folder, { recursive: true, force: true })
    await rename(temporary, folder)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return program
}

function isWanted(path) {
  return path.startsWith('ziglang/') && !foreign.test(path)
}
