import { readFile } from 'node:fs/promises'
import test from 'ava'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { PdfnetError } from '#dist/errors.js'
import { depthAnythingOf, depthAnythingSizes } from '#dist/models/depth-anything-architecture.js'
import { architectureNames, loadRecipe, recipeNames } from '#dist/models/index.js'
import { isRecipe } from '#dist/models/recipe-check.js'

test('every recipe loads, under its own name', (t) => {
  t.true(recipeNames().includes('isnet'))
  for (const name of recipeNames()) t.is(loadRecipe(name).name, name)
})

test('weights come from a package or from their users, and every recipe says which', (t) => {
  for (const { name, weights, checkpoint } of recipeNames().map(loadRecipe)) t.true(!weights !== !checkpoint, name)
})

test("what users bring can be exported under its name, with hyper-parameters that are the network's", (t) => {
  for (const { name, checkpoint } of recipeNames().map(loadRecipe)) {
    t.is(architectureNames.includes(name as never), checkpoint !== undefined, name)
  }
  for (const size of ['small', 'base', 'large'] as const) {
    const { encoder, layers } = depthAnythingOf(depthAnythingSizes[size])
    const { config } = loadRecipe(`depth-anything-v2-${size}`)
    t.deepEqual(config, { num_heads: encoder.heads, layers }, size)
  }
})

test('of what is only for research, commerce is told no', (t) => {
  for (const { name, licence, commercial } of recipeNames().map(loadRecipe)) {
    t.is(commercial === 'no', licence.includes('-NC-'), name)
  }
})

test('an unknown name is told which are known, and a path is only an unknown name', (t) => {
  for (const name of ['isnett', '', '../package', 'isnet.json', '/etc/passwd', 'libraries', 'recipe.schema', 'a\0b']) {
    const error = t.throws(() => loadRecipe(name), { instanceOf: PdfnetError })
    t.is(error.code, 'ERR_MODEL_UNKNOWN')
    t.regex(error.message, /expected one of: .*isnet/)
  }
  t.throws(() => loadRecipe(3 as never), { code: 'ERR_ARGUMENT' })
})

test('what the check at run time refuses, the schema refuses too', async (t) => {
  const schema = JSON.parse(await readFile('engines/recipe.schema.json', 'utf8')) as object
  const recipe = JSON.parse(await readFile('engines/isnet.json', 'utf8')) as Record<string, object>
  const valid = new Ajv2020().compile(schema)
  t.true(valid(recipe) && isRecipe(recipe))
  const { licence, weights, ...rest } = recipe
  t.truthy(weights)
  t.true(valid({ ...rest, licence }) && isRecipe({ ...rest, licence }))
  const wrong: object[] = [
    rest,
    { ...recipe, input: { ...recipe['input'], size: [1024] } },
    { ...recipe, input: { ...recipe['input'], deviation: [1, 0, 1] } },
    { ...recipe, input: { ...recipe['input'], resize: 'lanczos' } },
    { ...recipe, output: { ...recipe['output'], activation: 'tanh' } },
    { ...recipe, output: { name: 'output', activation: 'none' } },
    { ...recipe, input: { ...recipe['input'], keepAspect: { multiple: 0 } } },
    { ...recipe, config: { num_heads: 'six' } },
    { ...recipe, checkpoint: { file: 'weights.pth' } },
    { ...recipe, weights: { ...weights, bytes: 0 } },
    { ...recipe, commercial: 'perhaps' },
  ]
  for (const one of wrong) t.false(valid(one) || isRecipe(one), JSON.stringify(one))
  t.false(valid({ ...recipe, extra: 1 }), 'the schema is strict')
})
