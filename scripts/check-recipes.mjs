/** Checks that each recipe in engines/ obeys the schema, and bears its file's name. */

import { readFileSync, readdirSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const folder = new URL('../engines/', import.meta.url)
const read = (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

const schemaFile = 'recipe.schema.json'
const others = [schemaFile, 'libraries.json', 'published.json']
const validate = new Ajv2020({ allErrors: true }).compile(read(schemaFile))
const files = readdirSync(folder).filter((file) => !others.includes(file))
const problems = files.flatMap((file) => {
  if (!file.endsWith('.json')) return [`engines/${file}: not a recipe`]
  const recipe = read(file)
  const name = `${recipe.name}.json` === file ? [] : [`engines/${file}: its name is ${recipe.name}`]
  if (validate(recipe)) return name
  return [...name, ...validate.errors.map((error) => `engines/${file}${error.instancePath}: ${error.message}`)]
})

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`${files.length} recipes obey their schema`)
