/** Where a video is written: beside its place until it is whole, so that what lies there is never half a file. */

import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PdfnetError } from '../errors.js'

export class Target {
  private constructor(
    /** Absolute; of pictures, their folder. */
    readonly path: string,
    /** What ffmpeg writes: a name with a counter, of pictures. */
    readonly written: string,
    private readonly isFolder: boolean,
  ) {}

  /** Rejects with ERR_OUTPUT_CLASH or ERR_OUTPUT_WRITE. */
  static async prepare(input: string, output: string): Promise<Target> {
    const path = resolve(output)
    const isFolder = output.endsWith('/')
    if (path === resolve(input)) throw new PdfnetError('ERR_OUTPUT_CLASH', `${output} is the input itself`)
    if (isFolder) {
      await mkdir(path, { recursive: true }).catch((cause: unknown) => {
        throw new PdfnetError('ERR_OUTPUT_WRITE', `the folder ${path} could not be made`, { cause })
      })
      // A counter is what ffmpeg sees in a percent sign.
      return new Target(path, join(path.replaceAll('%', '%%'), '%06d.png'), true)
    }
    const folder = await stat(dirname(path)).catch(() => undefined)
    if (!folder?.isDirectory()) throw new PdfnetError('ERR_OUTPUT_WRITE', `there is no folder ${dirname(path)}`)
    const extension = extname(path)
    const partial = `${basename(path, extension)}.partial${extension}`
    return new Target(path, join(dirname(path), partial), false)
  }

  /** Puts what was written in its place. Rejects with ERR_OUTPUT_WRITE. */
  async keep(): Promise<void> {
    if (this.isFolder) return
    await rename(this.written, this.path).catch((cause: unknown) => {
      throw new PdfnetError('ERR_OUTPUT_WRITE', `${this.path} could not be written`, { cause })
    })
  }

  /** Pictures that are whole stay. */
  async discard(): Promise<void> {
    if (!this.isFolder) await rm(this.written, { force: true })
  }
}
