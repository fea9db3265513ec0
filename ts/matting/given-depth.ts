/** Pseudo-depth that the caller gives in place of the depth network's: from a file, another sensor, or an earlier matte. */

import { badArgument, PdfnetError } from '../errors.js'
import {
  rangeOf,
  readFloats,
  type FloatPlane,
  type OpenPictureOptions,
  type PictureInput,
  type Size,
} from '../image/index.js'
import type { Tensor } from '../tensor.js'

/** Height × width samples of any range; larger is nearer. */
export type DepthMap = FloatPlane

/**
 * A picture of 8 or 16 bits, of which the first channel counts, a float TIFF, a NumPy file (.npy), a portable float map (.pfm), or floats:
 * `matte.pseudoDepth` is such a map.
 */
export type DepthInput = PictureInput | DepthMap

/** How far the aspect ratio may be from the picture's: sensors and paddings differ by a few pixels, other pictures by more. */
const mostStretch = 1.05

/**
 * float32 [height, width] of the map's own size: the chain resizes it. Rejects with ERR_INPUT_DEPTH for another aspect
 * ratio, for samples that are no numbers, and where all are the same; with ERR_ARGUMENT, and as `readFloats` does.
 */
export async function readDepth(input: DepthInput, picture: Size, options: OpenPictureOptions): Promise<Tensor> {
  const map = isDepthMap(input) ? checked(input) : await readFloats(input, options)
  const { data, width, height } = map
  const stretch = (width * picture.height) / (height * picture.width)
  if (Math.max(stretch, 1 / stretch) > mostStretch) {
    const sizes = `${width}×${height}, for a picture of ${picture.width}×${picture.height}`
    throw unfit(`the depth map is ${sizes}; expected the same shape to within 5 %`)
  }
  const { min, max } = await rangeOf(data)
  if (Number.isNaN(min)) throw unfit('the depth map has samples that are no finite numbers')
  if (min === max) throw unfit(`the depth map is ${min} everywhere, which says nothing of depth`)
  return {
    dtype: 'float32',
    shape: [height, width],
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}

function isDepthMap(input: DepthInput): input is DepthMap {
  return typeof input === 'object' && 'data' in input && (input.data as unknown) instanceof Float32Array
}

function checked(map: DepthMap): DepthMap {
  const { data, width, height } = map
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isSafeInteger(side) || side < 1) throw badArgument(`depth.${name}`, 'a positive whole number', side)
  }
  if (data.length !== width * height) {
    throw badArgument('depth.data.length', `${width} × ${height} = ${width * height}`, data.length)
  }
  return map
}

function unfit(message: string): PdfnetError {
  return new PdfnetError('ERR_INPUT_DEPTH', message)
}
