/** This package as a peer: its public API, as shipped. */

import { Matting } from '../../dist/index.js'

export async function open() {
  const matting = await Matting.open({ model: 'isnet' })
  return async (input, output) => {
    const matte = await matting.matte(input)
    await matte.cutout().toFile(output)
  }
}
