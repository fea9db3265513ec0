/** Whether a library may be loaded: it is code, so whoever can replace it can do whatever we can. */

import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Distrust {
  /** The file, or the folder on its path, that others could change. */
  readonly path: string
  readonly why: string
}

const writableByOthers = 0o022
const sticky = 0o1000

/**
 * Undefined where only we and root can write to the file, to its folder and to every folder above. Folders above its own
 * may be writable by all if they are sticky, as /tmp is: there nobody else can rename or remove what is ours.
 * @param file absolute and real
 */
export async function distrust(file: string): Promise<Distrust | undefined> {
  for (let path = file; ; path = dirname(path)) {
    const { mode, uid } = await lstat(path)
    if (uid !== 0 && uid !== process.getuid!()) return { path, why: `belongs to another user (id ${uid})` }
    const mayBeSticky = path !== file && path !== dirname(file)
    if ((mode & writableByOthers) !== 0 && !(mayBeSticky && (mode & sticky) !== 0))
      return { path, why: 'may be written to by others' }
    if (path === dirname(path)) return undefined
  }
}
