/** Run by a test in a process that may only write small files: says how writing a larger one fails. */

import { writePicture } from '#dist/image/index.js'
import { scene } from './pictures.js'

try {
  await writePicture(scene(), process.argv[2]!)
} catch (error) {
  const { code, cause } = error as { code: string; cause: NodeJS.ErrnoException }
  process.stdout.write(JSON.stringify({ code, cause: cause.code }))
}
