/**
 * Brings TensorRT's C++ headers into build/headers, for machines where neither TENSORRT_ROOT nor the system has them:
 * from a crates.io package that carries them, taken with cargo and checked against its hash. Without cargo nothing is
 * brought, and what is built then cannot build engines. Uses the network once.
 */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { extract } from 'tar'
import { root, run, runWhenMain } from './steps.mjs'

const crate = { name: 'trtx-sys', version: '0.9.1+rtx1.7' }
const sha256 = '5480ee056292951daa1bc74532162d6cb75190f091e45d7d97c0c356916ae171'
/** The folders of the package that are taken, and what each ABI's headers are called here. */
const folders = { 'TRT-Enterprise-11.4': 'trt11', 'TRT-RTX-1.7': 'rtx' }

const target = join(root, 'build/headers')

/** Resolves with a sentence that says where the headers are from. */
export async function fetchHeaders() {
  const said = await bring()
  // CMake configures again when this file changes.
  const stamp = `${said}\nTENSORRT_ROOT=${process.env.TENSORRT_ROOT ?? ''}\n`
  const file = join(target, 'stamp')
  await mkdir(target, { recursive: true })
  if (!existsSync(file) || (await readFile(file, 'utf8')) !== stamp) await writeFile(file, stamp)
  return said
}

async function bring() {
  const source = `${crate.name} ${crate.version}`
  if (Object.values(folders).every((name) => existsSync(join(target, name)))) return source
  const cargo = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'cargo'))
    .find((file) => existsSync(file))
  const env = cargo === undefined ? process.env : withCargoHome(cargo)
  const home = env.CARGO_HOME ?? join(env.HOME ?? '/nonexistent', '.cargo')
  let file = await findCrate(home)
  if (file === undefined && cargo !== undefined) {
    await mkdir(target, { recursive: true })
    try {
      await run(cargo, ['info', '--quiet', `${crate.name}@${crate.version}`], { cwd: target, env })
    } catch (error) {
      return `none: ${error.message.trim().split('\n').join('; ')}`
    }
    file = await findCrate(home)
  }
  if (file === undefined) return `none: ${source} is taken with cargo 1.82 or later, which is not on PATH`
  await unpack(file)
  return source
}

/** rustup's cargo finds its own folders by HOME, which may be another one here. */
function withCargoHome(cargo) {
  const home = dirname(dirname(cargo))
  const rustup = join(dirname(home), '.rustup')
  return {
    ...(existsSync(join(home, 'registry')) && { CARGO_HOME: home }),
    ...(existsSync(rustup) && { RUSTUP_HOME: rustup }),
    ...process.env,
  }
}

async function findCrate(home) {
  const cache = join(home, 'registry/cache')
  if (!existsSync(cache)) return undefined
  for (const registry of await readdir(cache)) {
    const file = join(cache, registry, `${crate.name}-${crate.version}.crate`)
    if (existsSync(file)) return file
  }
  return undefined
}

async function unpack(file) {
  const bytes = await readFile(file)
  const got = createHash('sha256').update(bytes).digest('hex')
  if (got !== sha256) throw new Error(`${file} is not what was expected: its SHA-256 is ${got}, not ${sha256}`)
  const temporary = join(target, `.${process.pid}`)
  await mkdir(temporary, { recursive: true })
  try {
    const wanted = Object.keys(folders).map((folder) => `/TensorRT-Headers/${folder}/`)
    const filter = (path) => path.endsWith('.h') && wanted.some((part) => path.includes(part))
    await extract({ file, cwd: temporary, strip: 2, strict: true, filter })
    for (const [folder, name] of Object.entries(folders)) {
      await rm(join(target, name), { recursive: true, force: true })
      await rename(join(temporary, folder), join(target, name))
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

await runWhenMain(import.meta.url, async () => console.log(`TensorRT headers: ${await fetchHeaders()}`))
