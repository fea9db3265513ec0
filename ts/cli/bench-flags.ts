/** The flags of a configuration to measure, and those in which a second one differs from it. */

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { badArgument } from '../errors.js'
import type { BenchConfiguration } from '../bench/index.js'
import { loadRecipe } from '../models/index.js'
import type { DeviceName } from '../runtime/index.js'
import { modelOptions, parseWhole, withModelFlags, type ModelFlags } from './model-flags.js'

export interface ConfigurationFlags extends ModelFlags {
  readonly model: string
  readonly device: DeviceName | 'auto'
  readonly gpu?: number
  readonly concurrency?: number
  readonly threads?: number
  readonly inFlight?: number
}

export function withConfigurationFlags(command: Command): Command {
  command.addOption(new Option('-m, --model <name>', 'see `pdfnet-trt models list`').default('isnet'))
  return withModelFlags(command)
    .addOption(new Option('-d, --device <name>', 'what computes').choices(['auto', 'tensorrt', 'cpu']).default('auto'))
    .addOption(new Option('--gpu <index>', 'which GPU (default: the first)').argParser(parseWhole))
    .addOption(new Option('--concurrency <n>', 'inferences at the same time').argParser(parseWhole))
    .addOption(
      new Option('--threads <n>', 'that the CPU device computes with (default: one a core)').argParser(parseWhole),
    )
    .addOption(
      new Option('--in-flight <n>', 'mattes asked for at the same time (default: concurrency x batch)').argParser(
        parseWhole,
      ),
    )
}

export function configurationOf(flags: ConfigurationFlags): BenchConfiguration {
  const { model, device, gpu, concurrency, threads, inFlight } = flags
  const takesDepth = loadRecipe(model).input.depth !== undefined
  return { ...modelOptions(model, flags, takesDepth), device, gpu, concurrency, threads, inFlight }
}

/** `device=cpu,batch=2`: names of flags, and their values. */
export type Changes = readonly (readonly [name: string, value: string])[]

/** A comma belongs to a value unless another flag follows it. */
export function parseChanges(text: string): Changes {
  return text.split(/,(?=[a-z-]+=)/).map((change) => {
    const [, name, value] = /^([a-z-]+)=(.+)$/s.exec(change) ?? []
    if (name === undefined || value === undefined) {
      throw new InvalidArgumentError('Expected flags and their values, as device=cpu,batch=2.')
    }
    return [name, value]
  })
}

/** The flags with those changes. Throws ERR_ARGUMENT. */
export function changedFlags(flags: ConfigurationFlags, changes: Changes): ConfigurationFlags {
  const command = withConfigurationFlags(new Command('versus'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  try {
    command.parse(
      changes.flatMap(([name, value]) => [`--${name}`, value]),
      { from: 'user' },
    )
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const text = changes.map((change) => change.join('=')).join(',')
    throw badArgument('--versus', `flags of a configuration (${error.message.replace(/^error: /, '')})`, text)
  }
  const changed = Object.entries(command.opts<ConfigurationFlags>()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  )
  return { ...withoutWeights(flags, new Set(changed.map(([name]) => name))), ...Object.fromEntries(changed) }
}

/** Another model has other weights, and random ones stand in place of files. */
function withoutWeights(flags: ConfigurationFlags, changed: ReadonlySet<string>): ConfigurationFlags {
  const { weights, depthWeights, randomWeights, ...rest } = flags
  if (changed.has('model')) return rest
  if (changed.has('randomWeights')) return rest
  const files = { ...(weights !== undefined && { weights }), ...(depthWeights !== undefined && { depthWeights }) }
  if (changed.has('weights') || changed.has('depthWeights')) return { ...rest, ...files }
  return { ...rest, ...files, ...(randomWeights !== undefined && { randomWeights }) }
}
