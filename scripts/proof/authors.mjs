/** The authors' code in the machine's own PyTorch: started as a program, never part of this project. */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('torch-reference.py', import.meta.url))

/** Runs Python and resolves with its standard output; PYTHON names another one. */
export function python(words, { minutes = 3, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const limits = { timeout: minutes * 60_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26, env }
    execFile(process.env.PYTHON ?? 'python3', words, limits, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const why = error.killed ? `it took longer than ${minutes} minutes` : stderr.trim().split('\n').at(-1)
      reject(new Error(`${words[1] ?? words[0]}: ${why || error.message}`))
    })
  })
}

/** What the program's last line says. What the machine's Python lacks may lie in `python/` beside the authors' code. */
async function ask(verb, words, { authors, scale }, limits) {
  const PYTHONPATH = [process.env.PYTHONPATH, join(authors, 'python')].filter(Boolean).join(delimiter)
  const options = { ...limits, env: { ...process.env, PYTHONPATH } }
  const stdout = await python([program, verb, '--authors', authors, '--scale', scale, ...words], options)
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

/** Where `authorsWeights` gave none. */
export const authorsMissing =
  "the authors' code is not here (--authors DIR names it), or does not run (its output says why)"

/** Where the random weights are: the same files for every step. */
export function proofFolder({ scale }) {
  return join(tmpdir(), `pdfnet-proof-${scale}`)
}

/** Files of random weights in the authors' names, made by their code; undefined where it is not here or does not run. */
export async function authorsWeights(options) {
  const folder = proofFolder(options)
  const files = { pdfnet: join(folder, 'pdfnet.safetensors'), depth: join(folder, 'depth.safetensors') }
  const marker = join(folder, 'complete')
  if (existsSync(marker)) return files
  if (options.authors === undefined || !existsSync(options.authors)) return undefined
  mkdirSync(folder, { recursive: true })
  try {
    await ask('weights', ['--out', folder], options)
  } catch (error) {
    console.error(`the authors' code does not run here: ${error.message}`)
    return undefined
  }
  writeFileSync(marker, '')
  return files
}

/** Writes alpha.f32, logit.f32 and depth.f32 in single precision into the folder that it resolves with. */
export async function authorsReference({ data, width, height }, options) {
  const folder = proofFolder(options)
  const out = join(folder, 'reference')
  const words = ['--weights', folder, ...pictureWords(folder, { data, width, height }), '--out', out]
  return { folder: out, ...(await ask('reference', words, options, { minutes: 4 })) }
}

/** @param way float32, half, autocast or compile */
export function authorsTime(picture, way, options, { minutes, warm = 5, count = 20 }) {
  const folder = proofFolder(options)
  const words = [
    '--weights',
    folder,
    ...pictureWords(folder, picture),
    '--way',
    way,
    '--warm',
    `${warm}`,
    '--count',
    `${count}`,
  ]
  return ask('time', words, options, { minutes })
}

function pictureWords(folder, { data, width, height }) {
  const file = join(folder, `picture-${width}x${height}.rgb`)
  writeFileSync(file, data)
  return ['--picture', file, '--width', `${width}`, '--height', `${height}`]
}
