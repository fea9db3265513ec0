/** The verb `setup`: brings the library of a device into the store, or says how it is installed. */

import { Argument, Command, Option } from 'commander'
import { badArgument, exitCodes } from '../errors.js'
import { setupCpu, setupTensorrt } from '../setup/index.js'
import { Store } from '../store/index.js'
import { flavourNames, libraryName, type Flavour } from '../tensorrt/index.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

type Device = 'cpu' | 'tensorrt'

interface Flags {
  readonly flavour?: Flavour
}

export function setupVerb(start: Start): Command {
  return new Command('setup')
    .description('Bring the library of a device into the store.')
    .addArgument(new Argument('<device>', 'the device').choices(['cpu', 'tensorrt']))
    .addOption(
      new Option('--flavour <flavour>', 'of TensorRT (default: the one for the GPU here)').choices(
        Object.keys(flavourNames),
      ),
    )
    .option('--json', 'one line of JSON')
    .action((device: Device, { flavour }: Flags) =>
      start((terminal, signal) => {
        if (device === 'tensorrt') return tensorrt(flavour, terminal, signal)
        if (flavour !== undefined) throw badArgument('--flavour', 'none: it is an option of tensorrt', flavour)
        return cpu(terminal, signal)
      }),
    )
}

async function cpu(terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { version, path, fetched, licence } = await setupCpu(await Store.open(), {
    signal,
    onProgress: terminal.progress,
  })
  terminal.result(`ONNX Runtime ${version} is ${fetched ? 'now' : 'already'} in the store; licence ${licence}`, {
    device: 'cpu',
    version,
    path,
    fetched,
    licence,
  })
  return 0
}

async function tensorrt(wanted: Flavour | undefined, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const setup = await setupTensorrt(await Store.open(), { flavour: wanted, signal, onProgress: terminal.progress })
  const { flavour, reason, notes, terms, path, version, fetched, command, download } = setup
  const name = version === undefined ? flavourNames[flavour] : libraryName({ flavour, version })
  const where = flavour === 'rtx' ? `is ${fetched ? 'now' : 'already'} in the store` : `is here already: ${path ?? ''}`
  const from = download === undefined ? '' : `, with the file from ${download}`
  const lines = [
    command === undefined ? `${name} ${where}` : `${name} comes from NVIDIA only. Install it${from}:\n\n  ${command}\n`,
    `Chosen because: ${reason}`,
    ...notes,
    `NVIDIA's licence terms apply to it: ${terms}`,
  ]
  terminal.result(lines.join('\n'), { device: 'tensorrt', ...setup })
  return command === undefined ? 0 : exitCodes.device
}
