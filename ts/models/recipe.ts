/** Recipes: what a network wants, gives and may be used for, as data in engines/NAME.json. */

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { PdfnetError, badArgument } from '../errors.js'
import { isRecipe } from './recipe-check.js'

export interface Recipe {
  readonly name: string
  readonly title: string
  /** The architecture: a row of the registry. */
  readonly family: string
  readonly input: {
    /** The network's input, float32 [N, 3, height, width]. */
    readonly name: string
    /** Height and width. */
    readonly size: readonly [number, number]
    /** normalised = (pixel / scale − mean) / deviation, for pixels of 0…255 in the order R, G, B. */
    readonly scale: number
    readonly mean: readonly [number, number, number]
    readonly deviation: readonly [number, number, number]
    /** Half-pixel centres, no antialiasing. */
    readonly resize: 'bilinear' | 'bicubic'
    /** Where pictures are not stretched to `size`: their shorter side becomes its, and both a multiple of this. */
    readonly keepAspect?: { readonly multiple: number }
    /** A second input, float32 [N, 1, height, width]: the picture's pseudo-depth, of any range, resized bilinearly. */
    readonly depth?: string
  }
  readonly output: {
    /** The network's output: alpha, float32 [N, 1, height, width], or relative inverse depth, [N, height, width]. */
    readonly name: string
    readonly kind: 'alpha' | 'depth'
    /** What turns the output into alpha, 0…1. */
    readonly activation: 'none' | 'sigmoid'
  }
  /** Hyper-parameters that the shapes of the weights do not tell. */
  readonly config?: Readonly<Record<string, number | readonly number[]>>
  /** Names of the nodes that stay in single precision in a half-precision engine. */
  readonly precision: { readonly islands: readonly string[] }
  /** How far alpha (0…1), or depth over its range, may be from the CPU device's: on average, and anywhere. */
  readonly tolerance: { readonly mean: number; readonly largest: number }
  /** Absent where no package carries them. */
  readonly weights?: RecipeWeights
  /** Present where users bring the authors' own file. */
  readonly checkpoint?: RecipeCheckpoint
  /** SPDX. */
  readonly licence: string
  readonly licenceSource: string
  readonly dataTerms: string
  /** Whether the weights may be used in commerce. */
  readonly commercial: 'yes' | 'no' | 'unclear'
}

/** A file that an npm package carries in pieces. */
export interface RecipeWeights {
  readonly npm: {
    readonly name: string
    readonly version: string
    readonly integrity: string
    /** Of the tarball. */
    readonly bytes: number
  }
  /** The list of pieces, inside the package. */
  readonly resources: string
  /** The key of the weights in that list. */
  readonly resource: string
  readonly bytes: number
  readonly sha256: string
}

/** A file that only its authors give. */
export interface RecipeCheckpoint {
  /** As they name it. */
  readonly file: string
  /** The page that leads to it. */
  readonly from: string
}

const require = createRequire(import.meta.url)
const schema = './recipe.schema.json'

/** The known recipes, in alphabetical order. */
export function recipeNames(): string[] {
  const folder = dirname(require.resolve('#engines/recipe.schema.json'))
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => readJson(name)['$schema'] === schema)
    .sort()
}

/** Throws ERR_MODEL_UNKNOWN, which names the known ones. */
export function loadRecipe(name: string): Recipe {
  if (typeof name !== 'string') throw badArgument('model', 'the name of a model', name)
  const known = recipeNames()
  if (!known.includes(name)) {
    throw new PdfnetError(
      'ERR_MODEL_UNKNOWN',
      `no model is named ${JSON.stringify(name.slice(0, 80))}, expected one of: ${known.join(', ')}`,
      {
        details: { known },
      },
    )
  }
  const recipe = readJson(name)
  if (!isRecipe(recipe)) throw new PdfnetError('ERR_INTERNAL', `engines/${name}.json is not a recipe`)
  return recipe
}

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(require.resolve(`#engines/${name}.json`), 'utf8')) as Record<string, unknown>
}
