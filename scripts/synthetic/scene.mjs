/**
 * A scene: an object in layers, from the hindmost to the foremost, its pose, and what is behind it. A layer is a solid
 * shape (`distance`, `paint`, and where they are not sharp and opaque `blur` and `opacity`) or a list of strokes.
 */

import { backgroundOf } from './background.mjs'
import * as glass from './kinds/glass.mjs'
import * as hair from './kinds/hair.mjs'
import * as mesh from './kinds/mesh.mjs'
import * as soft from './kinds/soft.mjs'
import * as wires from './kinds/wires.mjs'
import { poseOf } from './pose.mjs'
import { Random } from './random.mjs'

export const kinds = { wires, mesh, hair, soft, glass }

const stream = 3

/** The kinds take turns: five seeds in a row are one scene of each. */
export function kindOfSeed(seed) {
  const names = Object.keys(kinds)
  return names[(seed - 1) % names.length]
}

/** @param request kind, seed, size in pixels a side, and frame: these make the scene, on whichever thread. */
export function sceneOf(request) {
  const { layersOf, tilt } = kinds[request.kind]
  return {
    layers: layersOf(new Random(request.seed, stream)),
    pose: poseOf(request, tilt),
    next: poseOf({ ...request, frame: request.frame + 1 }, tilt),
    background: backgroundOf(request.seed),
  }
}
