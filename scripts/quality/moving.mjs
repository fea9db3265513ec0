/** A moving scene with exact alphas, and mattes of it that are off by noise: new in each frame, as flicker is. */

import { renderScene } from '../synthetic/render.mjs'

/** Of 255: how far a soft alpha is off, at most. */
const most = 25

/** Its frames' `pictures`, RGB, `truths` and `mattes`, 8 bits. */
export async function movingScene({ kind, seed, size, frames }) {
  const random = randomOf(seed)
  const scene = { size, pictures: [], truths: [], mattes: [] }
  for (let frame = 0; frame < frames; frame++) {
    const { alpha, composite } = await renderScene({ kind, seed, size, frame }, { motion: true })
    const truth = Uint8Array.from(alpha, (value) => Math.round(value / 257))
    scene.pictures.push(Uint8Array.from(composite))
    scene.truths.push(truth)
    scene.mattes.push(truth.map((value) => (value === 0 || value === 255 ? value : off(value, random))))
  }
  return scene
}

function off(value, random) {
  return Math.min(255, Math.max(0, Math.round(value + (random() * 2 - 1) * most)))
}

/** A linear congruential generator: 0 to 1. */
function randomOf(seed) {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
