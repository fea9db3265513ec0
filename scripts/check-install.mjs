/**
 * Holds that the package works where it is installed: packs it, installs it with --ignore-scripts in an empty folder with
 * no compiler on PATH, compiles a program against its types, and mattes a photograph with it. prebuilds/ and dist/ must
 * have been built. Uses the store of this user, and the network for what neither the store nor npm's cache has.
 */

import { spawnSync } from 'node:child_process'
import { accessSync, constants, realpathSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { prebuildProblems } from './prebuild/check.mjs'
import { root, run, runWhenMain, step } from './steps.mjs'

const photo = join(root, 'test/fixtures/photos/coffee.png')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const compilerOptions = {
  module: 'node16',
  moduleResolution: 'node16',
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: ['node'],
}

/** Programs that an installation may count on. */
const programs = ['node', 'npm', 'npx', 'sh']

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return realpathSync(join(folder, name))
    } catch {
      continue
    }
  }
  throw new Error(`${name} is not on PATH`)
}

/** Nothing of the npm that may run this script: its prefix would be taken for the folder's. */
async function bareEnvironment(bin) {
  await mkdir(bin)
  for (const name of programs) await symlink(name === 'node' ? process.execPath : onPath(name), join(bin, name))
  const foreign = /^(npm_(?!config_(registry|cache|userconfig|offline)$)|INIT_CWD$|NODE_PATH$|TENSORRT_ROOT$)/i
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return { ...Object.fromEntries(kept), PATH: bin, PREBUILDS_ONLY: '1' }
}

async function install(folder, env) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [{ filename, size }] = JSON.parse(await run('npm', args))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, join(folder, filename)], { cwd: folder, env })
  return `${filename}, ${size} bytes`
}

async function checkPrebuild(folder) {
  const problems = await prebuildProblems(join(folder, 'node_modules/pdfnet-trt/prebuilds/linux-x64'))
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** With declarations of its dependencies checked too: what ours say must be what those have. */
async function compileConsumer(folder) {
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true })
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  await copyFile(join(root, 'test/package/consumer.ts'), join(folder, 'consumer.ts'))
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  await run(process.execPath, [tsc, '-p', folder])
}

async function matte(folder, env) {
  const report = JSON.parse(await run('node', ['consumer.js', photo], { cwd: folder, env }))
  if (!report.capabilities.cpu.found) throw new Error(`no CPU device: ${report.capabilities.cpu.reason}`)
  if (report.values < 64) throw new Error(`the matte has ${report.values} values of alpha: that is no matte`)
  return `${report.device}, ${report.values} values of alpha`
}

/** node-gyp-build takes the C library's name from LIBC where it is set. */
function refuseMusl(folder, env) {
  const program = "import('pdfnet-trt').then(({ capabilities }) => capabilities())"
  const options = { cwd: folder, env: { ...env, LIBC: 'musl' }, encoding: 'utf8' }
  const { status, stderr } = spawnSync('node', ['-e', program], options)
  if (status === 0 || !/ERR_ADDON_LOAD/.test(stderr) || !/libc=musl/.test(stderr))
    throw new Error(`expected ERR_ADDON_LOAD that names musl, got status ${status}:\n${stderr}`)
}

async function checkInstall() {
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'pdfnet-install-')))
  try {
    const env = await bareEnvironment(join(folder, 'bin'))
    const command = (...args) => run('npx', ['--no', '--', 'pdfnet-trt', ...args], { cwd: folder, env })
    await step('pack and install', () => install(folder, env))
    await step('prebuild', () => checkPrebuild(folder))
    await step('types', () => compileConsumer(folder))
    await step('npx pdfnet-trt --help', async () => {
      if (!/matte/.test(await command('--help'))) throw new Error('it does not name the verb matte')
    })
    await step('set up', async () => {
      await command('setup', 'cpu')
      await command('models', 'add', 'isnet')
    })
    await step('matte a photograph', () => matte(folder, env))
    await step('musl is refused', () => refuseMusl(folder, env))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

await runWhenMain(import.meta.url, checkInstall)
