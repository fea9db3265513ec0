/** What a person looks at to see what came out: a contact sheet, or a clip. */

import { extname, resolve } from 'node:path'
import { PdfnetError } from '../errors.js'
import { formatOf, type Size } from '../image/index.js'
import type { Frame } from '../matting/index.js'
import { chooseCodec, chooseEncoder } from './codecs.js'
import { ContactSheet } from './contact-sheet.js'
import type { EncodeOptions } from './encode-arguments.js'
import { WholeOutput, type OutputOptions } from './output.js'
import { opaque, PreviewClip, sideBySide } from './preview-clip.js'
import type { VideoInfo } from './probe.js'
import { Target } from './target.js'

export interface Preview {
  /**
   * Resolves when the frame is not looked at any more. Rejects with ERR_OUTPUT_WRITE.
   * @param seconds its time, as labels show it
   */
  add(frame: Frame, seconds: number): Promise<void>
  /** Resolves when the file is in its place. Rejects with ERR_OUTPUT_WRITE. */
  finish(): Promise<void>
  /** After an error, or an abort, which leaves a preview of the frames before. Never rejects. */
  stop(isAborted: boolean): Promise<void>
}

export interface PreviewOptions extends Pick<OutputOptions, 'programs' | 'info' | 'stall'> {
  readonly ticks: EncodeOptions['ticks']
  /** Encoders of the build. */
  readonly built: ReadonlySet<string>
  /** Absolute. */
  readonly output: string
}

const clips = ['.mp4', '.webm']

/** Rejects with ERR_OUTPUT_FORMAT, ERR_OUTPUT_CLASH or ERR_OUTPUT_WRITE. */
export async function openPreview(file: string, options: PreviewOptions): Promise<Preview> {
  const { programs, info, stall, ticks, built, output } = options
  const isClip = clips.includes(extname(file).toLowerCase())
  if (!isClip) formatOf(file)
  if (resolve(file) === output) throw new PdfnetError('ERR_OUTPUT_CLASH', `${file} is the output itself`)
  const target = await Target.prepare(info.path, file)
  if (!isClip) return new ContactSheet(target, shapeOf(info))
  const codec = opaque(chooseCodec(file, undefined))
  const encoder = chooseEncoder(codec, built)
  const filters = sideBySide(info, shapeOf(info))
  const encoding: EncodeOptions = { codec, encoder, pixels: 'rgba', filters, ticks, output: target.written }
  return new PreviewClip(new WholeOutput({ programs, info, encoding, target, stall }))
}

/** With square pixels. */
function shapeOf({ width, height, pixelAspect: { num, den } }: VideoInfo): Size {
  return { width: Math.max(1, Math.round((width * num) / den)), height }
}
