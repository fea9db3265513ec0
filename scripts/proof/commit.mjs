/** The commit that is being proved: from the file COMMIT, or from git where there is none. */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../steps.mjs'

export function commit() {
  const file = join(root, 'COMMIT')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
