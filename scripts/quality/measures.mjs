/** What is measured of a scene; each in a function from the scene and the matting to figures. */

import sharp from 'sharp'
import { enlarge, isSameSize } from '../../dist/image/index.js'
import { addon } from '../../dist/native.js'
import { alphaErrors, colourError, softBand, widened } from './errors.mjs'

export const measures = {
  /** The whole picture in one inference. */
  off: (scene, matting) => errorsOf(scene, (picture) => matting.matte(picture, { detail: 'off' })),

  /** With detail tiles where they are wanted. */
  auto: (scene, matting) => errorsOf(scene, (picture) => matting.matte(picture, { detail: 'auto' })),

  /** As off, of a picture that was shrunk to the network's size with antialiasing beforehand. */
  antialiased: (scene, matting) =>
    errorsOf(scene, async (picture) => {
      const [height, width] = matting.model.input.size
      const raw = { width: picture.width, height: picture.height, channels: 3 }
      const small = await sharp(scene.composite, { raw, limitInputPixels: false })
        .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
        .raw()
        .toBuffer()
      const { alpha } = await matting.matte({ data: widen(small), width, height, channels: 3 }, { detail: 'off' })
      return { alpha: isSameSize(alpha, picture) ? alpha : await enlarge(alpha, picture, { depth: 'ushort' }) }
    }),

  /** The foreground's colours, given the true alpha, beside those of the plain cut-out. */
  async foreground({ composite, alpha, foreground, size }) {
    const band = softBand(alpha)
    const estimate = new Uint16Array(composite.length)
    await addon().foreground(estimate, widen(composite), alpha.slice(), size)
    return {
      plain: colourError(composite, foreground, band),
      estimated: colourError(narrow(estimate), foreground, band),
    }
  },
}

async function errorsOf({ composite, alpha: truth, size }, matteOf) {
  // In 16 bits, so that the alpha has as many; the network sees the same 8.
  const picture = { data: widen(composite), width: size, height: size, channels: 3 }
  const start = performance.now()
  const { alpha } = await matteOf(picture)
  const seconds = (performance.now() - start) / 1000
  return { ...alphaErrors(alpha.data, truth, widened(softBand(truth), size)), seconds }
}

function widen(samples) {
  return Uint16Array.from(samples, (sample) => 257 * sample)
}

function narrow(samples) {
  return Uint8Array.from(samples, (sample) => Math.round(sample / 257))
}
