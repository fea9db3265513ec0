/** A process of its own that builds: `build-runner.js OPTIONS`, JSON of buildEngine's. Prints what came of it as JSON. */

import { asPdfnetError } from '#dist/errors.js'
import { buildEngine, type BuildOptions } from '#dist/runtime/index.js'

const options = JSON.parse(process.argv[2]!) as BuildOptions
try {
  const { plan, record, built } = await buildEngine({
    ...options,
    onPhase: ({ name }) => process.stderr.write(`${name}\n`),
  })
  process.stdout.write(JSON.stringify({ plan, key: record.key, built }))
} catch (error) {
  process.stdout.write(JSON.stringify({ error: asPdfnetError(error) }))
}
