/** Opens what the object of a video lies over: a colour, a picture, the frame itself blurred, or another video. */

import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { badArgument, PdfnetError } from '../errors.js'
import { backgroundSamples, parseBackground, sniff, type Size } from '../image/index.js'
import { FrameMemory, type Frame } from '../matting/index.js'
import { addon } from '../native.js'
import type { Above, Background } from './background.js'
import { openBackgroundVideo } from './background-video.js'

/**
 * Rejects with ERR_ARGUMENT, or an ERR_INPUT… or ERR_OUTPUT_CLASH that names the file.
 * @param text a CSS colour, "blur" or "blur:PIXELS", or else the path of a picture or a video
 */
export async function openBackground(text: string, above: Above): Promise<Background> {
  const { info } = above
  const parsed = parseBackground(text)
  if (parsed.kind === 'blur')
    return blurredFrame(info, parsed.sigma ?? Math.max(1, Math.max(info.width, info.height) / 50))
  if (parsed.kind === 'path') {
    const path = resolve(parsed.path)
    if (path === above.output) throw new PdfnetError('ERR_OUTPUT_CLASH', `${path} is the background itself`)
    if (!(await isPicture(path))) {
      if (above.programs) return openBackgroundVideo(path, above.programs, above)
      throw badArgument('background', 'a colour, a picture or blur below raw frames', text)
    }
  }
  const samples = await backgroundSamples(text, info)
  return { at: () => Promise.resolve(samples), notes: [], close: nothing }
}

const nothing = (): Promise<void> => Promise.resolve()

function blurredFrame({ width, height }: Size, sigma: number): Background {
  const target = new FrameMemory(1).take(3 * width * height)
  const at = async ({ rgb, alpha }: Frame): Promise<Uint8Array> => {
    await addon().blurRest(target, rgb, alpha, { width, height }, sigma)
    return target
  }
  return { at, notes: [], close: nothing }
}

/** By its content. What cannot be read is told where it is opened as a video. */
async function isPicture(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (!file) return false
  try {
    if (!(await file.stat()).isFile()) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0)
    return sniff(buffer.subarray(0, bytesRead)) !== undefined
  } finally {
    await file.close()
  }
}
