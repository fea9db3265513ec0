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
      for (let x = 0; x < size; x++) this.#settle(row * size + x, x, top + row)
    }
  }

  /** Rounds one pixel. The composite is made of what was rounded, so that the files agree to half a step. */
  #settle(index, x, y) {
    const { strip, planes, size } = this
    const at = y * size + x
    const alpha = Math.round(65535 * Math.min(1, strip.alpha[index]))
    planes.alpha[at] = alpha
    this.#behind(x, y, at)
    for (let sample = 3 * at; sample < 3 * at + 3; sample++) {
      const behind = planes.background[sample]
      if (alpha === 0) {
        planes.composite[sample] = behind
        continue
      }
      const own = Math.round(Math.min(255, strip.colour[3 * (index - at) + sample] / strip.alpha[index]))
      planes.foreground[sample] = own
      planes.composite[sample] = Math.round((alpha * own + (65535 - alpha) * behind) / 65535)
    }
    if (planes.flow && alpha > 0) this.#move(x, y, at)
  }

  #behind(x, y, at) {
    const { scene, size, photograph, planes } = this
    if (photograph) for (let channel = 0; channel < 3; channel++) rgb[channel] = photograph[3 * at + channel]
    else scene.background((x + 0.5) / size, (y + 0.5) / size, rgb)
    castShadow(scene.pose, x + 0.5, y + 0.5, rgb)
    for (let channel = 0; channel < 3; channel++) {
      planes.background[3 * at + channel] = Math.max(0, Math.min(255, Math.round(rgb[channel])))
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
