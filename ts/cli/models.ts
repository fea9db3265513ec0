/** The verb `models`: which models there are, what their licences say, and their weights in the store. */

import { Command } from 'commander'
import { exitCodes } from '../errors.js'
import { addModel, listModels, pruneModels, verifyStore } from '../setup/index.js'
import { Store } from '../store/index.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

export function modelsVerb(start: Start): Command {
  const verb = new Command('models').description('List models, add their weights, verify what is in the store.')
  verb
    .command('list', { isDefault: true })
    .description('each model, its licence, and whether its weights are here')
    .option('--json', 'a line of JSON for each model')
    .action(() => start(list))
  verb
    .command('add')
    .description('fetch the weights of a model into the store and prepare its graphs')
    .argument('<model>', 'its name')
    .option('--json', 'one line of JSON')
    .action((name: string) => start((terminal, signal) => add(name, terminal, signal)))
  verb
    .command('verify')
    .description('hash everything in the store and compare')
    .option('--json', 'a line of JSON for each entry')
    .action(() => start(verify))
  verb
    .command('prune')
    .description('remove graphs of earlier versions and damaged entries')
    .option('--json', 'a line of JSON for each entry')
    .action(() => start(prune))
  return verb
}

async function list(terminal: Terminal): Promise<number> {
  for (const { recipe, added } of await listModels(await Store.open())) {
    const { name, title, checkpoint, licence, licenceSource, dataTerms, commercial } = recipe
    const absent = checkpoint ? `bring ${checkpoint.file}: --weights` : `not here (npx pdfnet-trt models add ${name})`
    const text = [
      `${name}  ${title}: ${added ? 'in the store' : absent}`,
      ...(checkpoint ? [`  weights: ${checkpoint.from}`] : []),
      `  licence: ${licence} (${licenceSource})`,
      `  data: ${dataTerms}`,
      `  commercial use: ${commercial}`,
    ].join('\n')
    terminal.result(text, { name, title, added, checkpoint, licence, licenceSource, dataTerms, commercial })
  }
  return 0
}

async function add(name: string, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { recipe, fetched } = await addModel(await Store.open(), name, { signal, onProgress: terminal.progress })
  const { licence, licenceSource, dataTerms, commercial } = recipe
  terminal.result(
    `${name} is ${fetched ? 'now' : 'already'} in the store; licence ${licence}; commercial use: ${commercial}`,
    { name, fetched, licence, licenceSource, dataTerms, commercial },
  )
  return 0
}

async function verify(terminal: Terminal, signal: AbortSignal): Promise<number> {
  const entries = await verifyStore(await Store.open(), { signal, onProgress: terminal.progress })
  for (const { kind, key, error } of entries) {
    terminal.result(`${kind}/${key}: ${error ? error.message : 'as it was written'}`, {
      kind,
      key,
      ...(error && { error }),
    })
  }
  if (entries.length === 0) terminal.note('the store is empty')
  return entries.some(({ error }) => error) ? exitCodes.store : 0
}

async function prune(terminal: Terminal, signal: AbortSignal): Promise<number> {
  const removed = await pruneModels(await Store.open(), { signal })
  for (const { kind, key } of removed) terminal.result(`${kind}/${key}: removed`, { kind, key })
  terminal.note(`${removed.length} entries removed`)
  return 0
}
