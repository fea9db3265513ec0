/** The verb `setup`: brings the library of a device into the store. */

import { Argument, Command } from 'commander'
import { setupCpu } from '../setup/index.js'
import { Store } from '../store/index.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

export function setupVerb(start: Start): Command {
  return new Command('setup')
    .description('Bring the library of a device into the store.')
    .addArgument(new Argument('<device>', 'the device').choices(['cpu']))
    .option('--json', 'one line of JSON')
    .action(() => start(cpu))
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
