/** Where a video is written: beside its place until it is whole, so that what lies there is never half a file. */

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PdfnetError } from '../errors.js'
import { OutputLock } from './lock.js'

export class Target {
  private constructor(
    /** Absolute; of pictures, their folder. */
    readonly path: string,
    /** What ffmpeg writes: a name with a counter, of pictures. */
    readonly written: string,
    private readonly ofPictures: boolean,
    private readonly lock: OutputLock,
  ) {}

  /** No other job's until it is released or discarded. Rejects with ERR_OUTPUT_CLASH or ERR_OUTPUT_WRITE. */
  static async prepare(input: string, output: string): Promise<Target> {
    const path = resolve(output)
    if (path === resolve(input) || (await isSame(path, input))) {
      throw new PdfnetError('ERR_OUTPUT_CLASH', `${output} is the input itself`)
    }
    if (output.endsWith('/')) {
      await mkdir(path, { recursive: true }).catch((cause: unknown) => {
        throw new PdfnetError('ERR_OUTPUT_WRITE', `the folder ${path} could not be made`, { cause })
      })
      // A counter is what ffmpeg sees in a percent sign.
      const written = join(path.replaceAll('%', '%%'), '%06d.png')
      return new Target(path, written, true, await OutputLock.take(path, ''))
    }
    if (!(await isFolder(dirname(path)))) {
      throw new PdfnetError('ERR_OUTPUT_WRITE', `there is no folder ${dirname(path)}`)
    }
    if (await isFolder(path)) {
      const remedy = 'Name a file, or give the folder a slash at its end for PNG pictures'
      throw new PdfnetError('ERR_OUTPUT_WRITE', `${path} is a folder`, { remedy })
    }
    const extension = extname(path)
    const partial = join(dirname(path), `${basename(path, extension)}.partial${extension}`)
    const target = new Target(path, partial, false, await OutputLock.take(dirname(path), basename(path)))
    // The encoder of a job that was killed may still be writing to it.
    await rm(partial, { force: true }).catch(() => undefined)
    return target
  }

  /** Puts what was written in its place. Rejects with ERR_OUTPUT_WRITE. */
  async keep(): Promise<void> {
    if (this.ofPictures) return
    await rename(this.written, this.path).catch((cause: unknown) => {
      throw new PdfnetError('ERR_OUTPUT_WRITE', `${this.path} could not be written`, { cause })
    })
  }

  /** What lies in the folder beside the pictures that were written, as if it were of them. */
  async notes(pictures: number): Promise<readonly string[]> {
    if (!this.ofPictures) return []
    const names = await readdir(this.path).catch(() => [])
    const others = names.filter((name) => Number(/^(\d{6,})\.png$/.exec(name)?.[1] ?? 0) > pictures)
    if (others.length === 0) return []
    return [`${others.length} pictures of an earlier run are still in ${this.path}, from ${others.sort()[0]!} on`]
  }

  /** Pictures that are whole stay. Never rejects: what went wrong before is what is told. */
  async discard(): Promise<void> {
    if (!this.ofPictures) await rm(this.written, { force: true }).catch(() => undefined)
    await this.release()
  }

  /** Another job may write it from now on. Once is enough. */
  release(): Promise<void> {
    return this.lock.release()
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

/** Whether both lead to one file, by whatever links. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)))
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino
}
