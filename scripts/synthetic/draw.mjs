/** Draws rows of a scene: alpha, foreground, background, composite and, in a sequence, motion. */

import { castShadow } from './background.mjs'
import { toObject, toPixels } from './pose.mjs'
import { drawSolid } from './solids.mjs'
import { placeStroke, StrokeBrush } from './strokes.mjs'
import { Strip } from './strip.mjs'

export const stripRows = 64

export class Drawing {
  /**
   * @param scene of `sceneOf`
   * @param planes of `planesOf`, which are written
   * @param photograph size × size × 3 bytes, in place of the scene's own background
   */
  constructor(scene, size, planes, photograph) {
    Object.assign(this, { scene, size, planes, photograph })
    this.strip = new Strip(size, stripRows)
    this.brush = new StrokeBrush(size, stripRows)
    this.layers = scene.layers.map((layer) =>
      layer.strokes ? layer.strokes.map((stroke) => placeStroke(stroke, scene.pose)) : layer,
    )
  }

  drawRows(top) {
    const { strip, brush, scene, size } = this
    strip.begin(top, Math.min(stripRows, size - top))
    for (const layer of this.layers) {
      if (Array.isArray(layer)) for (const stroke of layer) brush.draw(strip, stroke)
      else drawSolid(strip, layer, scene.pose)
    }
    for (let row = 0; row < strip.rows; row++) {
      this.#behind(top + row)
      this.#settle(row)
    }
  }

  /** What is behind the object, in a row, rounded. */
  #behind(y) {
    const { scene, size, photograph } = this
    const { background } = this.planes
    for (let x = 0, at = 3 * y * size; x < size; x++, at += 3) {
      if (photograph) for (let channel = 0; channel < 3; channel++) rgb[channel] = photograph[at + channel]
      else scene.background((x + 0.5) / size, (y + 0.5) / size, rgb)
      castShadow(scene.pose, x + 0.5, y + 0.5, rgb)
      for (let channel = 0; channel < 3; channel++) {
        background[at + channel] = Math.max(0, Math.min(255, Math.round(rgb[channel])))
      }
    }
  }

  /** Rounds a row. The composite is made of what was rounded, so that the files agree to half a step. */
  #settle(row) {
    const { strip, size } = this
    const { alpha, foreground, background, composite, flow } = this.planes
    const y = strip.top + row
    composite.set(background.subarray(3 * y * size, 3 * (y + 1) * size), 3 * y * size)
    for (let x = 0; x < size; x++) {
      const from = row * size + x
      const at = y * size + x
      const share = Math.round(65535 * Math.min(1, strip.alpha[from]))
      alpha[at] = share
      if (share === 0) continue
      for (let channel = 0; channel < 3; channel++) {
        const own = Math.round(Math.min(255, strip.colour[3 * from + channel] / strip.alpha[from]))
        const behind = background[3 * at + channel]
        foreground[3 * at + channel] = own
        composite[3 * at + channel] = Math.round((share * own + (65535 - share) * behind) / 65535)
      }
      if (flow) this.#move(x, y, at)
    }
  }

  #move(x, y, at) {
    const { scene, planes } = this
    const [toX, toY] = toPixels(scene.next, ...toObject(scene.pose, x + 0.5, y + 0.5))
    planes.flow[2 * at] = toX - x - 0.5
    planes.flow[2 * at + 1] = toY - y - 0.5
  }
}

const rgb = [0, 0, 0]

/** The picture's planes, in memory that threads share; `motion` adds that to the next frame. */
export function planesOf(size, motion) {
  const pixels = size * size
  const shared = (bytes) => new SharedArrayBuffer(bytes * pixels)
  return {
    alpha: new Uint16Array(shared(2)),
    foreground: new Uint8Array(shared(3)),
    background: new Uint8Array(shared(3)),
    composite: new Uint8Array(shared(3)),
    ...(motion && { flow: new Float32Array(shared(8)) }),
  }
}
