/** The thread behind `gatherInThread`. */

import { parentPort, workerData } from 'node:worker_threads'
import { gather } from './gather.js'
import type { GatherJob } from './gather-thread.js'

const { source, layout } = workerData as GatherJob
const result = gather(new Uint8Array(source), layout)
parentPort?.postMessage(result, [result.buffer])
