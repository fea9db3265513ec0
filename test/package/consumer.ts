/** A program of a user of the package: `scripts/check-install.mjs` compiles it against what was installed and runs it there. */

import { Matting, PdfnetError, capabilities, type Capabilities, type MattingOptions } from 'pdfnet-trt'

const picture = process.argv[2]
if (picture === undefined) throw new Error('expected the path of a picture')

const found: Capabilities = await capabilities()
const options: MattingOptions = { model: 'isnet', device: 'cpu' }
const matting = await Matting.open(options)
try {
  const { alpha } = await matting.matte(picture)
  await matting.matte('missing.jpg').catch((error: unknown) => {
    if (!(error instanceof PdfnetError) || error.code !== 'ERR_INPUT_MISSING') throw error
  })
  const values = new Set(alpha.data)
  console.log(JSON.stringify({ capabilities: found, device: matting.device.name, values: values.size }))
} finally {
  await matting.dispose()
}
