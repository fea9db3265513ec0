/** One run of the small network. */

import { elements, noise, shape } from './small-graph.mjs'

const values = noise(elements, 7)

/** Begins a run with memory of its own; with a signal it can be cancelled. */
export function start(session, signal) {
  const [input, output] = [values.slice(), new Float32Array(elements)]
  const bytes = ({ buffer }) => new Uint8Array(buffer)
  const step = {
    model: 0,
    inputs: [{ name: 'input', shape, data: bytes(input) }],
    outputs: [{ name: 'output', shape, data: bytes(output) }],
  }
  return session.run([step], signal)
}
