/** The command's own start: libuv has its threads before anything needs the first of them. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { main } from './command.js'

/** Has libuv start its threads, if it has not, and tells how many threads the process has at its end. */
const probe = `
const { promises, readdirSync } = require('node:fs')
process.once('beforeExit', async () => {
  await promises.stat('.')
  process.stderr.write(String(readdirSync('/proc/self/task').length))
})`

test('libuv has a thread for each core and some for files, unless the environment says how many', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'entry-'))
  const preloaded = join(folder, 'probe.cjs')
  await writeFile(preloaded, probe)
  const threadsWith = async (size: string | undefined): Promise<number> => {
    const env = { ...process.env, UV_THREADPOOL_SIZE: size }
    const args = ['--require', preloaded, main, '--version']
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env })
    t.regex(stdout, /^\d+\.\d+\.\d+\n$/)
    return Number(stderr)
  }
  const [three, seven, chosen] = [await threadsWith('3'), await threadsWith('7'), await threadsWith(undefined)]
  t.is(seven - three, 4)
  t.is(chosen - three, availableParallelism() + 4 - 3)
  await rm(folder, { recursive: true })
})
