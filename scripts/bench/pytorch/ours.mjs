/**
 * This package on the network of `authors.py`, each step in a process of its own, which prints the same as that does:
 *   ours.mjs export WEIGHTS GRAPH
 *   ours.mjs run GRAPH INPUTS OUTPUT
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { exportModel } from '../../../dist/models/index.js'
import { addon } from '../../../dist/native.js'
import { findCpuLibrary } from '../../../dist/setup/index.js'

const side = 1024
const bytesOf = (channels) => channels * side ** 2 * 4

const steps = { export: exportGraph, run: runGraph }
const [name, ...words] = process.argv.slice(2)
const seconds = await steps[name](...words)
const peakRssBytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
console.log(JSON.stringify({ seconds, peakRssBytes }))

async function exportGraph(weights, output) {
  const start = performance.now()
  await exportModel({ model: 'pdfnet', weights, size: [side, side], target: 'cpu', output })
  return (performance.now() - start) / 1000
}

/** Twice, of which the second counts. */
async function runGraph(graph, inputs, output) {
  const data = readFileSync(inputs)
  const tensor = (name, channels, bytes) => ({ name, shape: [1, channels, side, side], data: new Uint8Array(bytes) })
  const [image, depth] = [data.subarray(0, bytesOf(3)), data.subarray(bytesOf(3))]
  const [alpha, logit] = ['alpha', 'logit'].map((name) => tensor(name, 1, bytesOf(1)))
  const library = await findCpuLibrary()
  if (library === undefined) throw new Error('the CPU device is not in the store: run npm run setup')
  const session = await addon().open({ engine: 'cpu', library, models: [graph], instances: 1, threads: 0 }, 1)
  const run = async (ticket) => {
    const start = performance.now()
    const given = [tensor('image', 3, image), tensor('depth', 1, depth)]
    await session.run([{ model: 0, inputs: given, outputs: [alpha, logit] }], ticket)
    return (performance.now() - start) / 1000
  }
  try {
    await run(1)
    return await run(2)
  } finally {
    writeFileSync(output, logit.data)
    await session.dispose()
  }
}
