/** Whether JSON is a recipe. The whole rules are the schema's, which `npm run check:recipes` holds. */

import type { Recipe } from './recipe.js'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string' && value !== ''
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const positive: Check = (value) => number(value) && (value as number) > 0
const size: Check = (value) => Number.isInteger(value) && (value as number) > 0

const oneOf = (...values: readonly string[]): Check => {
  return (value) => typeof value === 'string' && values.includes(value)
}

const list = (check: Check, length?: number): Check => {
  return (value) => Array.isArray(value) && (length === undefined || value.length === length) && value.every(check)
}

const object = (checks: Readonly<Record<string, Check>>): Check => {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(checks).every(([key, check]) => check((value as Record<string, unknown>)[key]))
}

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

const fields =
  (check: Check): Check =>
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(check)

const recipe = object({
  name: text,
  title: text,
  family: text,
  input: object({
    name: text,
    size: list(size, 2),
    scale: positive,
    mean: list(number, 3),
    deviation: list(positive, 3),
    resize: oneOf('bilinear', 'bicubic'),
    keepAspect: optional(object({ multiple: size })),
    depth: optional(text),
  }),
  output: object({ name: text, kind: oneOf('alpha', 'depth'), activation: oneOf('none', 'sigmoid') }),
  config: optional(fields(either(number, list(number)))),
  precision: object({ islands: list(text) }),
  tolerance: object({ mean: positive, largest: positive }),
  weights: optional(
    object({
      npm: object({ name: text, version: text, integrity: text, bytes: size }),
      resources: text,
      resource: text,
      bytes: size,
      sha256: text,
    }),
  ),
  checkpoint: optional(object({ file: text, from: text })),
  licence: text,
  licenceSource: text,
  dataTerms: text,
  commercial: oneOf('yes', 'no', 'unclear'),
})

export function isRecipe(value: unknown): value is Recipe {
  return recipe(value)
}
