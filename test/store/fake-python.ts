/** A Python for tests: a `python3` first on PATH whose pip takes wheels from a folder, and that says where its packages are. */

import { createHash } from 'node:crypto'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { PipWheel } from '#dist/store/index.js'
import { zipFile, type ZipFileEntry } from './zip-file.js'

/** What was asked of it, a call each. */
export interface PythonCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly files: readonly string[]
  readonly requirements: string
  readonly temporary: string
}

/** The packages `hangs`, `has-no-pip`, `is-offline`, `is-other`, `is-too-large` and `is-nowhere` fail as pip does. */
const script = `#!${process.execPath}
const { appendFileSync, copyFileSync, existsSync, readFileSync, readdirSync } = require('node:fs')
const { spawnSync } = require('node:child_process')
const { join } = require('node:path')
const args = process.argv.slice(2)
const beside = (name) => join(__dirname, name)
if (args[1] === '-c') {
  const answer = beside(args[2].includes('getusersitepackages') ? 'site' : 'pip')
  if (existsSync(answer)) process.stdout.write(readFileSync(answer))
  process.exit(existsSync(answer) ? 0 : 1)
}
const requirements = readFileSync(args[args.indexOf('-r') + 1], 'utf8')
const call = { args, cwd: process.cwd(), files: readdirSync('.'), requirements, temporary: process.env.TMPDIR }
appendFileSync(beside('calls'), JSON.stringify(call) + '\\n')
const name = requirements.split('==')[0]
const fail = (text) => (console.error(text), process.exit(1))
if (name === 'hangs') spawnSync('sleep', ['61.8'])
if (name === 'has-no-pip') fail('/usr/bin/python3: No module named pip')
if (name === 'is-offline') {
  console.error('WARNING: Retrying (Retry(total=0)) after connection broken by NewConnectionError: Connection refused')
  fail('ERROR: No matching distribution found for is-offline==1.0.0')
}
if (name === 'is-other') fail('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.')
if (name === 'is-too-large') fail('ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device')
if (name === 'is-nowhere') fail('ERROR: No matching distribution found for is-nowhere==1.0.0')
copyFileSync(beside(name + '.whl'), join(args[args.indexOf('-d') + 1], name + '-1.0.0-py3-none-any.whl'))
`

export class FakePython {
  private readonly path = process.env.PATH ?? ''

  private constructor(readonly folder: string) {}

  /** From now on \`python3\` is this one, in this process and its children. */
  static async install(): Promise<FakePython> {
    const folder = await mkdtemp(join(await realpath(tmpdir()), 'pdfnet-trt-python-'))
    await writeFile(join(folder, 'python3'), script, { mode: 0o755 })
    const python = new FakePython(folder)
    process.env.PATH = `${folder}${delimiter}${python.path}`
    return python
  }

  async remove(): Promise<void> {
    process.env.PATH = this.path
    await rm(this.folder, { recursive: true, force: true })
  }

  async publish(name: string, entries: readonly ZipFileEntry[]): Promise<PipWheel> {
    return this.publishFile(name, zipFile(entries))
  }

  async publishFile(name: string, wheel: Buffer): Promise<PipWheel> {
    await writeFile(join(this.folder, `${name}.whl`), wheel)
    const sha256 = createHash('sha256').update(wheel).digest('hex')
    return { name, version: '1.0.0', sha256, bytes: wheel.length }
  }

  /** What it says when it is asked for its site-packages, or whether it has a pip. */
  async answers(question: 'site' | 'pip', text: string): Promise<void> {
    await writeFile(join(this.folder, question), text)
  }

  /** The downloads of one package. */
  async calls(name: string): Promise<readonly PythonCall[]> {
    const lines = (await readFile(join(this.folder, 'calls'), 'utf8').catch(() => '')).trim().split('\n')
    const calls = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as PythonCall)
    return calls.filter(({ requirements }) => requirements.startsWith(`${name}==`))
  }
}
