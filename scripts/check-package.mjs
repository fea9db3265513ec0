/**
 * Holds what npm would publish: all that package.json points at is there; no install script, here or below; no binary
 * but prebuilds, no tests, no weights; small. Reads `npm pack --dry-run`, so dist/ must have been built. Whether it works
 * where it is installed is for check-install.mjs.
 * `node scripts/check-package.mjs [FOLDER]`: the package's folder, by default this one's.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root, run, runWhenMain } from './steps.mjs'

const largest = 5e6
const testCondition = 'pdfnet-test'
const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
const unwanted = [
  [/\.so(\.\d+)*$/, 'a library'],
  [/\.(onnx|ort|pth?|ckpt|safetensors|bin|npz|npy|data|engine|plan)$/, 'weights'],
  [/^(?!prebuilds\/).*\.node$/, 'a binary that is no prebuild'],
  [/(^|\/)(test|fixtures?)\//, 'test data'],
  [/[._]test\.[^/]+$/, 'a test'],
  [/\.(h|hpp|cuh?|cc|cpp)$/, 'C++, which prebuilds stand for'],
  // npm would run node-gyp by itself.
  [/(^|\/)binding\.gyp$/, 'a recipe to build at installation'],
  [/\.tsbuildinfo$|\.tgz$|(^|\/)\.[^/]/, 'a by-product'],
]

/** What is wrong with the package in a folder: a line each. */
export async function packageProblems(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [pack] = JSON.parse(await run('npm', args, { cwd: folder }))
  const paths = pack.files.map(({ path }) => path)
  const manifest = read('package.json')
  return [
    ...manifestProblems(manifest),
    ...pathProblems(paths),
    ...paths.filter((path) => isStale(path, folder)).map((path) => `${path} is packed, and its source is gone`),
    ...targetsOf(manifest)
      .filter((target) => !matches(target, paths))
      .map((target) => `package.json names ${target}, which is not packed`),
    ...installScriptsBelow(read('package-lock.json')),
    ...(pack.size > largest ? [`the tarball has ${pack.size} bytes, more than ${largest}`] : []),
  ]
}

function manifestProblems({ scripts = {} }) {
  return installScripts.filter((name) => name in scripts).map((name) => `package.json has a script ${name}`)
}

/** tsc leaves what it wrote when its source is removed or renamed. */
function isStale(path, folder) {
  const [, name] = /^dist\/(.+?)(\.d\.ts|\.js)$/.exec(path) ?? []
  return name !== undefined && !existsSync(join(folder, 'ts', `${name}.ts`))
}

function pathProblems(paths) {
  const problems = paths.flatMap((path) =>
    unwanted.filter(([pattern]) => pattern.test(path)).map(([, what]) => `${path} is packed: ${what}`),
  )
  for (const needed of [/^engines\/.+\.json$/, /^LICENSE$/, /^README\.md$/]) {
    if (!paths.some((path) => needed.test(path))) problems.push(`nothing packed matches ${needed}`)
  }
  return problems
}

/** Every path that exports, imports and bin name, but for the condition of the tests. */
function targetsOf({ exports, imports, bin }) {
  const leaves = (value) =>
    typeof value === 'string'
      ? [value]
      : Object.entries(value ?? {}).flatMap(([key, inner]) => (key === testCondition ? [] : leaves(inner)))
  return [exports, imports, bin].flatMap(leaves).map((target) => target.replace(/^\.\//, ''))
}

function matches(target, paths) {
  const [before, after] = target.split('*')
  return paths.some((path) => (after === undefined ? path === target : path.startsWith(before) && path.endsWith(after)))
}

function installScriptsBelow({ packages }) {
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && entry.hasInstallScript)
    .map(([path]) => `${path} is a dependency that has an install script`)
}

await runWhenMain(import.meta.url, async () => {
  const problems = await packageProblems(resolve(process.argv[2] ?? root))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  console.log('package: holds what it should and nothing else')
})
