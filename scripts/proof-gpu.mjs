/**
 * The GPU proof: what the engines do on a real GPU, step by step, with what was expected beside each figure.
 *
 *   node scripts/proof-gpu.mjs [--only STEP[,STEP]] [--out DIR] [--device cpu] [--authors DIR] [--scale tiny] [--prepare]
 *   node scripts/proof-gpu.mjs --render results.json
 *
 * Needs Node, production dependencies and the built project. Each step is a process of its own, takes less than 15 minutes
 * and finds in the store what it needs from earlier ones; DIR (by default out/gpu-proof) then holds results.json and
 * gpu-proof.md, which are written after each figure. `--prepare` fills the store with what can be had beforehand without a
 * GPU. `--device cpu --scale tiny` rehearses the steps without one. `--authors DIR` names the folder that holds the
 * authors' code (PDFNet/ and Depth-Anything-V2/, and python/ with what the machine's Python lacks of cv2, einops
 * and safetensors), for PyTorch beside it. `--render` writes the tables of docs/gpu-proof.md.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Results } from './proof/results.mjs'
import { renderResults } from './proof/render.mjs'
import { steps } from './proof/steps.mjs'
import { writeSection } from './section.mjs'
import { root, run, runWhenMain } from './steps.mjs'

const longest = 15 * 60_000
const stops = ['SIGINT', 'SIGTERM']

await runWhenMain(import.meta.url, async () => {
  const { values: flags } = parseArgs({
    options: {
      only: { type: 'string' },
      out: { type: 'string', default: join(root, 'out/gpu-proof') },
      device: { type: 'string', default: 'tensorrt' },
      authors: { type: 'string' },
      scale: { type: 'string', default: 'full' },
      prepare: { type: 'boolean' },
      render: { type: 'string' },
    },
  })
  if (flags.render !== undefined) return render(flags.render)
  if (flags.prepare) return prepare()
  if (!['tensorrt', 'cpu'].includes(flags.device)) throw new Error('--device is tensorrt or cpu')
  if (!['full', 'tiny'].includes(flags.scale)) throw new Error('--scale is full or tiny')
  const wanted = flags.only?.split(',') ?? Object.keys(steps).filter((name) => !steps[name].optional)
  const unknown = wanted.find((name) => !(name in steps))
  if (unknown !== undefined) throw new Error(`--only ${unknown}: the steps are ${Object.keys(steps).join(', ')}`)
  await prove(wanted, flags)
})

/** A step that fails is recorded, and the next one goes on. */
async function prove(wanted, { out, device, authors, scale }) {
  const folder = resolve(out)
  mkdirSync(folder, { recursive: true })
  let failed = 0
  for (const name of wanted) {
    const results = new Results(folder, name)
    results.begin()
    const began = performance.now()
    const options = ['--step', name, '--out', folder, '--device', device, '--scale', scale]
    if (authors !== undefined) options.push('--authors', resolve(authors))
    const end = await runStep(options)
    results.reload()
    results.end((performance.now() - began) / 1000, end)
    if (results.failed) failed++
  }
  console.log(failed === 0 ? 'nothing failed' : `${failed} of ${wanted.length} steps have something that failed`)
  if (failed > 0) process.exitCode = 1
}

/** How its process ended where that was not well. */
function runStep(options) {
  return new Promise((done) => {
    const program = join(root, 'scripts/proof/step.mjs')
    // A group of its own, so that nothing that it has started outlives it and disturbs the next one.
    const child = spawn(process.execPath, ['--expose-gc', program, ...options], {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      endGroup(child.pid)
    }, longest)
    const stop = (signal) => {
      endGroup(child.pid)
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    for (const signal of stops) process.once(signal, stop)
    const settle = (end) => {
      clearTimeout(timer)
      for (const signal of stops) process.removeListener(signal, stop)
      done(end)
    }
    child.on('error', (error) => settle(`its process could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      endGroup(child.pid)
      if (late) settle(`it took longer than ${longest / 60_000} minutes`)
      else settle(code === 0 ? undefined : `its process ended with ${signal ?? `status ${code}`}`)
    })
  })
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

/** In the store that PDFNET_TRT_STORE names. */
async function prepare() {
  const cli = join(root, 'dist/cli/entry.cjs')
  for (const words of [
    ['setup', 'cpu'],
    ['models', 'add', 'isnet'],
  ]) {
    console.log((await run(process.execPath, [cli, ...words])).trim())
  }
}

function render(file) {
  const path = 'docs/gpu-proof.md'
  writeSection(path, 'results', renderResults(JSON.parse(readFileSync(file, 'utf8'))))
  console.log(path)
}
