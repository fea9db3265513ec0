/** A network's configuration: the fields that are known of it, and that they agree with its weights. */

import { badArgument, PdfnetError } from '../errors.js'
import type { Weights } from './weights.js'

/** For each field what is expected of it, in words and as a test. */
export type Fields<Config> = {
  readonly [Name in keyof Config]-?: readonly [expected: string, isRight: (value: unknown) => boolean]
}

/** Other fields are passed over. Throws ERR_ARGUMENT. */
export function parseFields<Config>(value: unknown, known: Fields<Config>): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badArgument('config', 'an object', value)
  }
  const fields = value as Readonly<Record<string, unknown>>
  const entries = Object.entries<Fields<Config>[keyof Config]>(known).flatMap(([name, [expected, isRight]]) => {
    const field = fields[name]
    if (field === undefined) return []
    if (!isRight(field)) throw badArgument(`config.${name}`, expected, field)
    return [[name, field]]
  })
  return Object.fromEntries(entries) as Config
}

/** Of channels, blocks, heads, tokens or pixels. */
export function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 8192
}

export function areFour(value: unknown, isRight: (one: unknown) => boolean = isCount): boolean {
  return Array.isArray(value) && value.length === 4 && value.every(isRight)
}

/** Throws ERR_MODEL_MISMATCH, which names every field that is not as the weights have it. */
export function checkFields<Config extends object>(weights: Weights, config: Config, found: Partial<Config>): void {
  const wrong = (Object.keys(found) as (keyof Config)[]).filter(
    (name) => config[name] !== undefined && String(config[name]) !== String(found[name]),
  )
  if (wrong.length === 0) return
  const list = wrong.map((name) => `${String(name)} is ${String(found[name])}, expected ${String(config[name])}`)
  throw new PdfnetError(
    'ERR_MODEL_MISMATCH',
    `${weights.source} is not what the configuration says: ${list.join('; ')}`,
  )
}
