/** The verb `doctor`: what works here, what does not, and the one remedy that fits. */

import { Command } from 'commander'
import { exitCodes } from '../errors.js'
import { diagnose } from '../setup/index.js'
import type { Start } from './run.js'
import type { Terminal } from './terminal.js'

export function doctorVerb(start: Start): Command {
  return new Command('doctor')
    .description('Say what works here, what does not, and what to do about it.')
    .option('--json', 'one line of JSON')
    .action(() => start(doctor))
}

async function doctor(terminal: Terminal): Promise<number> {
  const { findings, remedy, works } = await diagnose()
  const marks = { works: '✓', missing: '·', warning: '!', broken: '✗' }
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.map(({ name, state, says }) => `${marks[state]} ${name.padEnd(width)}  ${says}`)
  const end = works ? 'Pictures can be matted here.' : 'Pictures cannot be matted here yet.'
  terminal.result([...lines, '', end, ...(remedy === undefined ? [] : [`Next: ${remedy}`])].join('\n'), {
    works,
    remedy,
    findings,
  })
  return works ? 0 : exitCodes.device
}
