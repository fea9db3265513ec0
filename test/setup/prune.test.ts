import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { graphsVersion } from '#dist/setup/graphs.js'
import { pruneModels } from '#dist/setup/index.js'
import { Store, type Kind } from '#dist/store/index.js'
import { temporaryFolder } from '../store/help.js'

test('graphs of earlier versions, their self-tests and damaged entries go; all else stays', async (t) => {
  const folder = await temporaryFolder(t)
  const store = await Store.open(join(folder, 'store'))
  const add = (kind: Kind, key: string, facts: Record<string, string | number>): Promise<unknown> =>
    store.add(kind, key, async (entry) => {
      await writeFile(join(entry, 'file'), key)
      return { facts }
    })
  await add('weights', 'weights', {})
  await add('weights', 'damaged', {})
  await add('libraries', 'library', {})
  await add('models', 'old', { graphs: graphsVersion - 1 })
  await add('models', 'new', { graphs: graphsVersion })
  await add('selftests', 'of-old', { graphs: 'old' })
  await add('selftests', 'of-new', { graphs: 'new' })
  await writeFile((await store.find('weights', 'damaged'))!.file('file'), 'longer than it was')

  const removed = await pruneModels(store)
  t.deepEqual(removed.map(({ kind, key }) => `${kind}/${key}`).sort(), [
    'models/old',
    'selftests/of-old',
    'weights/damaged',
  ])
  t.deepEqual((await store.list()).map(({ kind, key }) => `${kind}/${key}`).sort(), [
    'libraries/library',
    'models/new',
    'selftests/of-new',
    'weights/weights',
  ])
})
