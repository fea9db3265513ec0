/** The models: their recipes, and the graphs that each is made of. */

export { postGraph, type MatteType } from './post.js'
export { preGraph } from './pre.js'
export { loadRecipe, recipeNames, type Recipe, type RecipeWeights } from './recipe.js'
export { prepareCore, type Target } from './registry.js'
