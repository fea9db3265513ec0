/** One thread of a rendering: takes strips until none is left. */

import { workerData } from 'node:worker_threads'
import { Drawing, stripRows } from './draw.mjs'
import { sceneOf } from './scene.mjs'

const { request, planes, photograph, taken } = workerData
const drawing = new Drawing(sceneOf(request), request.size, planes, photograph)
for (;;) {
  const top = stripRows * Atomics.add(taken, 0, 1)
  if (top >= request.size) break
  drawing.drawRows(top)
}
