/** What decides how a picture is matted, as plain data: pictures that were matted with the same need not be again. */

import { contentOf, type OutputKind } from '../batch/index.js'
import type { Recipe } from '../models/index.js'
import type { Augmentation, ModelOptions } from '../matting/index.js'

/** Of the verb's flags, those that change results. */
export interface ResultFlags {
  readonly background?: string
  readonly foreground: boolean
  readonly crop?: number | true
  readonly detail: 'off' | 'auto' | 'full'
  readonly augment?: Augmentation
  readonly depth?: string
  readonly format?: string
  readonly effort?: number
  readonly keepMetadata?: boolean
}

/**
 * Files count by their content. The device does not count, as it makes no difference that could be seen: a folder that
 * was begun on one can be ended on another.
 */
export async function settingsOf(
  recipe: Recipe,
  { weights, randomWeights, depth: network, size, precision }: ModelOptions,
  kinds: readonly OutputKind[],
  flags: ResultFlags,
): Promise<unknown> {
  const depthModel = network === 'given' ? undefined : network
  const { background, foreground, crop, detail, augment, depth, format, effort, keepMetadata } = flags
  return [
    ...[recipe, await contentOrName(weights), randomWeights, size, precision],
    ...[depthModel?.model, await contentOrName(depthModel?.weights), depthModel?.randomWeights],
    ...[kinds, await contentOrName(background), foreground, crop, detail, augment, await contentOrName(depth)],
    ...[format, effort, keepMetadata],
  ]
}

/** A background may be a colour. */
async function contentOrName(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : contentOf(path).catch(() => path)
}
