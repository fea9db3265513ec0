/** The thread behind `hashFiles`. */

import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { serve } from './background.js'
import type { HashJob } from './hash.js'

const chunkBytes = 1 << 20
const reportBytes = 8 << 20

await serve(({ files, algorithm, stage, name, total }: HashJob, report) => {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes)
  let done = 0
  let reported = 0
  report({ stage, name, done, total })
  const digests = files.map((file) => {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const hash = createHash(algorithm)
      let bytes = 0
      for (let read; (read = readSync(descriptor, chunk, 0, chunkBytes, null)) > 0;) {
        hash.update(chunk.subarray(0, read))
        bytes += read
        // A file that grew since it was measured must not carry `done` past `total`.
        done = Math.min(done + read, total)
        if (done - reported >= reportBytes && done < total) report({ stage, name, done: (reported = done), total })
      }
      return { bytes, hex: hash.digest('hex') }
    } finally {
      closeSync(descriptor)
    }
  })
  report({ stage, name, done: total, total })
  return digests
})
