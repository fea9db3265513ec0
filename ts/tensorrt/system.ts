/** The folders of the system in which its loader would find TensorRT. */

import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flavourFiles } from './flavours.js'

const usualFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/local/lib']
const largestCache = 64 << 20

/** The usual ones, then those that the loader's cache (ldconfig's) names for a library of TensorRT. */
export async function systemFolders(): Promise<readonly string[]> {
  return [...new Set([...usualFolders, ...(await cachedFolders('/etc/ld.so.cache'))])]
}

/** In every format of the cache, the paths are plain strings that end with a zero byte. */
export async function cachedFolders(cache: string): Promise<readonly string[]> {
  const text = await readFile(cache, 'latin1').catch(() => '')
  if (text.length > largestCache) return []
  const names = Object.values(flavourFiles).map(({ library }) => library.replaceAll('.', '\\.'))
  const paths = text.matchAll(new RegExp(`(?<=\\0)/[^\\0]*/(?:${names.join('|')})\\.\\d+(?=\\0)`, 'g'))
  return [...new Set([...paths].map(([path]) => dirname(path)))]
}
