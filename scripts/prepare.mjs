/** Makes a fresh clone ready to use, and does nothing a second time: packages, addon, TypeScript, CPU device, IS-Net. */

import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, run, runWhenMain, step } from './steps.mjs'

const oldestNode = [20, 9]
const cli = join(root, 'dist/cli/main.js')

/** Throws, before anything is done, an error that names every tool that is missing and one line that installs them. */
export function checkTools({ path = process.env.PATH ?? '', version = process.versions.node } = {}) {
  const [major, minor] = version.split('.').map(Number)
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new Error(`Node ${oldestNode.join('.')} or later is needed, this is ${version}: see https://nodejs.org`)
  }
  const there = (tool) => path.split(delimiter).some((folder) => isExecutable(join(folder, tool)))
  const missing = [['npm'], ['cmake'], ['make', 'ninja'], ['g++', 'c++', 'clang++']].filter((any) => !any.some(there))
  if (missing.length === 0) return
  const names = missing.map((any) => any[0])
  const manager = ['apt-get', 'dnf', 'pacman', 'apk', 'zypper'].find(there) ?? 'apt-get'
  const packages = names.map((name) => packageNames[name]?.[manager] ?? name)
  throw new Error(`missing: ${names.join(', ')}. Install with: ${installers[manager]} ${packages.join(' ')}`)
}

const installers = {
  'apt-get': 'sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  pacman: 'sudo pacman -S',
  apk: 'sudo apk add',
  zypper: 'sudo zypper install -y',
}
const packageNames = { 'g++': { dnf: 'gcc-c++', pacman: 'gcc', zypper: 'gcc-c++' } }

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Whether node_modules is what package-lock.json asks for, by the list that npm writes there when it has finished.
 * A package that is optional may be absent: npm leaves out those for other platforms.
 */
export function packagesMatch(folder = root) {
  const wanted = lockedPackages(join(folder, 'package-lock.json'))
  const found = lockedPackages(join(folder, 'node_modules/.package-lock.json'))
  if (!wanted || !found) return false
  const same = Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const got = found[path]
    if (got === undefined) return path === '' || optional === true
    return got.version === version && got.integrity === integrity && existsSync(join(folder, path, 'package.json'))
  })
  return same && Object.keys(found).every((path) => path in wanted)
}

function lockedPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined
}

/** Every step, with its name and seconds on a line. Uses the network only for what is not there yet. */
export async function prepare() {
  checkTools()
  await step('npm packages', async () => {
    if (packagesMatch()) return 'already there'
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'])
  })
  const node = (name, ...args) => step(name, async () => void (await run(process.execPath, args)))
  await node('native build', join(root, 'scripts/build-native.mjs'))
  await node('TypeScript build', join(root, 'node_modules/typescript/bin/tsc'), '-b')
  await node('CPU device', cli, 'setup', 'cpu')
  await node('IS-Net weights', cli, 'models', 'add', 'isnet')
}

await runWhenMain(import.meta.url, prepare)
