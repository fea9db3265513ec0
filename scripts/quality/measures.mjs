/** What is measured of a scene; each in a function from the scene and the matting to figures. */

import sharp from 'sharp'
import { enlarge, isSameSize } from '../../dist/image/index.js'
import { addon } from '../../dist/native.js'
import { alphaErrors, colourError, softBand, widened } from './errors.mjs'

/** What the measures need of a scene that was rendered. */
export function subjectOf(planes, size) {
  const soft = softBand(planes.alpha)
  return {
    ...planes,
    size,
    soft,
    band: widened(soft, size),
    // In 16 bits, so that the alpha has as many; the network sees the same 8.
    picture: { data: widen(planes.composite), width: size, height: size, channels: 3 },
  }
}

/** @type {Record<string, (subject: object, mattings: { mirror: Matting, full: Matting }) => Promise<object>>} */
export const measures = {
  /** The whole picture in one inference. */
  off: (subject, { mirror }) => errorsOf(subject, () => mirror.matte(subject.picture, { detail: 'off' })),

  /** With detail tiles where they are wanted. */
  auto: (subject, { mirror }) => errorsOf(subject, () => mirror.matte(subject.picture, { detail: 'auto' })),

  /** The mean of the whole picture as it is and mirrored. */
  mirrored: (subject, { mirror }) => errorsOf(subject, () => mirror.matte(subject.picture, { augment: true })),

  /** The same at three sizes of the network. */
  sizes: (subject, { full }) => errorsOf(subject, () => full.matte(subject.picture, { augment: true })),

  /** As off, of a picture that was shrunk to the network's size with antialiasing beforehand. */
  antialiased: (subject, { mirror }) =>
    errorsOf(subject, async () => {
      const [height, width] = mirror.model.input.size
      const raw = { width: subject.size, height: subject.size, channels: 3 }
      const small = await sharp(subject.composite, { raw, limitInputPixels: false })
        .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
        .raw()
        .toBuffer()
      const { alpha } = await mirror.matte({ data: widen(small), width, height, channels: 3 }, { detail: 'off' })
      return { alpha: isSameSize(alpha, subject.picture) ? alpha : await enlarged(alpha, subject.picture) }
    }),

  /** The foreground's colours, given the true alpha, beside those of the plain cut-out. */
  async foreground({ picture, composite, alpha, foreground, soft, size }) {
    const estimate = new Uint16Array(composite.length)
    await addon().foreground(estimate, picture.data, alpha.slice(), size)
    return {
      plain: colourError(composite, foreground, soft),
      estimated: colourError(narrow(estimate), foreground, soft),
    }
  },
}

async function errorsOf({ alpha: truth, band }, matteOf) {
  const start = performance.now()
  const { alpha } = await matteOf()
  const seconds = (performance.now() - start) / 1000
  return { ...alphaErrors(alpha.data, truth, band), seconds }
}

function enlarged(alpha, size) {
  return enlarge(alpha, size, { depth: 'ushort' })
}

function widen(samples) {
  const wide = new Uint16Array(samples.length)
  for (let at = 0; at < samples.length; at++) wide[at] = 257 * samples[at]
  return wide
}

function narrow(samples) {
  const slim = new Uint8Array(samples.length)
  for (let at = 0; at < samples.length; at++) slim[at] = Math.round(samples[at] / 257)
  return slim
}
