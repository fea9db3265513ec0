/** A process of its own that adds an entry: `adder.js ROOT KEY HOW` with HOW one of quick, slow, stuck and a size. */

import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asPdfnetError } from '#dist/errors.js'
import { Store } from '#dist/store/index.js'

const [root = '', key = '', how = 'quick'] = process.argv.slice(2)

try {
  const store = await Store.open(root)
  process.send?.('ready')
  const entry = await store.add('weights', key, async (folder) => {
    await appendFile(`${root}.made`, `${process.pid}\n`)
    await writeFile(join(folder, 'data'), Buffer.alloc(Number(how) || 1000, 7))
    process.send?.('making')
    if (how === 'slow') await sleep(400)
    if (how === 'stuck') await sleep(60_000)
    return { facts: { maker: process.pid } }
  })
  process.send?.({ maker: entry.facts.maker })
} catch (error) {
  process.send?.({ error: asPdfnetError(error).toJSON() })
}
process.disconnect()
