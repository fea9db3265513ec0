/** The native addon: its only loader. */

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PdfnetError } from './errors.js'
import type { PixelAddon } from './native-pixels.js'
import type { SessionAddon } from './native-session.js'

export type * from './native-pixels.js'
export type * from './native-session.js'

export interface Addon extends SessionAddon, PixelAddon {}

const require = createRequire(import.meta.url)
let loaded: Addon | undefined

/** The addon, loaded once. Throws ERR_ADDON_LOAD. */
export function addon(): Addon {
  try {
    return (loaded ??= require('#addon') as Addon)
  } catch (cause) {
    throw new PdfnetError('ERR_ADDON_LOAD', `the native addon could not be loaded: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Absolute path of the program that builds engines, which lies beside the addon. Throws ERR_ADDON_LOAD. */
export function buildProgram(): string {
  const { path } = require('node-gyp-build') as { path: (folder: string) => string }
  try {
    return join(dirname(path(dirname(require.resolve('pdfnet-trt/package.json')))), 'pdfnet-trt-build')
  } catch (cause) {
    throw new PdfnetError('ERR_ADDON_LOAD', `the native addon was not found: ${(cause as Error).message}`, { cause })
  }
}
