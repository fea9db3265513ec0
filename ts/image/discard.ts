/** Decoded pixels that nobody wants any more. */

import { addon } from '../native.js'

/** Bytes from which on it is worth it. */
const large = 2 ** 20

/**
 * Gives their memory back at once, on the addon's pool: sharp's own is freed on the JavaScript thread once it has been
 * collected, which for the pixels of 24 megapixels takes 5 to 20 ms. The samples are lost; what is still being read is left
 * to the garbage collector.
 */
export function discard(pixels: Uint8Array | Uint16Array): void {
  if (pixels.byteLength < large) return
  addon()
    .discard(pixels)
    .catch(() => undefined)
}
