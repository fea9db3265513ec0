/** Reads the command line, runs the verb, and turns errors into exit statuses. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { asPdfnetError, exitCodes } from '../errors.js'
import { Terminal } from './terminal.js'
import { loadVerbs } from './verbs.js'

/** A verb answers with its exit status; the signal is aborted by Ctrl-C. */
export type Verb = (terminal: Terminal, signal: AbortSignal) => Promise<number>
export type Start = (verb: Verb) => Promise<void>

/** Resolves with the exit status; never rejects. */
export async function run(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const stop = (): void => {
    // The second one does not wait for what is in flight.
    if (interrupt.signal.aborted) process.exit(exitCodes.aborted)
    interrupt.abort(new Error('interrupted'))
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  // A reader that went away (`| head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : exitCodes.output),
  )

  const terminal = new Terminal(argv.includes('--json'))
  let status: number = exitCodes.usage
  const start: Start = async (verb) => {
    status = await verb(terminal, interrupt.signal)
  }
  const program = new Command('pdfnet-trt')
    .description('Cuts objects out of high-resolution pictures.')
    .version(version())
    .exitOverride()
    .configureHelp({ helpWidth: 100 })
  for (const verb of await loadVerbs(argv[2], start)) program.addCommand(verb)
  program.commands.forEach(inheritSettings)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
    const failure = asPdfnetError(error)
    terminal.fail(failure)
    status = failure.exitCode
  } finally {
    terminal.end()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
  return status

  function inheritSettings(command: Command): void {
    command.copyInheritedSettings(program)
    command.commands.forEach(inheritSettings)
  }
}

function version(): string {
  const file = createRequire(import.meta.url).resolve('pdfnet-trt/package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
