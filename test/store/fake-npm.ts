/** A registry for tests: a folder of tarballs, and an `npm` first on PATH that takes packages from it. */

import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import type { NpmPackage } from '#dist/store/index.js'

export interface TarEntry {
  readonly path: string
  readonly data?: string | Buffer
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory'
  readonly linkpath?: string
}

/** What was asked of it, a call each. */
export interface NpmCall {
  readonly args: readonly string[]
  readonly cwd: string
  readonly files: readonly string[]
}

/** The package `hangs` never comes; `is-broken` and `is-too-large` fail as npm does. */
const script = `#!${process.execPath}
const { appendFileSync, copyFileSync, readdirSync } = require('node:fs')
const { spawnSync } = require('node:child_process')
const { basename, join } = require('node:path')
const args = process.argv.slice(2)
appendFileSync(join(__dirname, 'calls'), JSON.stringify({ args, cwd: process.cwd(), files: readdirSync('.') }) + '\\n')
const name = args[1].slice(0, args[1].lastIndexOf('@'))
if (name === 'hangs') spawnSync('sleep', ['61.7'])
if (name === 'is-broken') {
  console.error('npm error code ENOTFOUND\\nnpm error network request failed')
  process.exit(1)
}
if (name === 'is-too-large') {
  console.error('npm error code ENOSPC\\nnpm error syscall write\\nnpm error errno -28')
  process.exit(228)
}
const folder = args[args.indexOf('--pack-destination') + 1]
copyFileSync(join(__dirname, basename(name) + '.tgz'), join(folder, basename(name) + '.tgz'))
`

export class FakeNpm {
  private readonly path = process.env.PATH ?? ''

  private constructor(readonly folder: string) {}

  /** From now on \`npm\` is this one, in this process and its children. */
  static async install(): Promise<FakeNpm> {
    const folder = await mkdtemp(join(await realpath(tmpdir()), 'pdfnet-trt-npm-'))
    await writeFile(join(folder, 'npm'), script, { mode: 0o755 })
    const npm = new FakeNpm(folder)
    process.env.PATH = `${folder}${delimiter}${npm.path}`
    return npm
  }

  async remove(): Promise<void> {
    process.env.PATH = this.path
    await rm(this.folder, { recursive: true, force: true })
  }

  async publish(name: string, entries: readonly TarEntry[]): Promise<NpmPackage> {
    const tarball = gzipSync(tarOf(entries))
    await mkdir(this.folder, { recursive: true })
    await writeFile(join(this.folder, `${name.split('/').at(-1)!}.tgz`), tarball)
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    return { name, version: '1.0.0', integrity, bytes: tarball.length }
  }

  /** The calls for one package. */
  async calls(name: string): Promise<readonly NpmCall[]> {
    const lines = (await readFile(join(this.folder, 'calls'), 'utf8').catch(() => '')).trim().split('\n')
    const calls = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as NpmCall)
    return calls.filter(({ args }) => args[1]?.startsWith(`${name}@`))
  }
}

function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, data = '', type = 'File', linkpath }) => {
    const contents = Buffer.from(data)
    const header = new Header({ path, type, size: contents.length, mode: 0o644, ...(linkpath && { linkpath }) })
    header.encode()
    return [header.block!, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
