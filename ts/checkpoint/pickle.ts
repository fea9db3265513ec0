/** Reads a pickle as data: the machine that Python's documentation describes, without the parts that act. */

import { limits } from './limits.js'
import type { PickleInput } from './pickle-input.js'
import { Machine, type Meaning } from './pickle-machine.js'
import { actions, protocolOpcode, stopOpcode } from './pickle-opcodes.js'
import { opaque, type Value } from './pickle-values.js'
import { malformed, quoted, refused } from './problems.js'

/** Of a pickle without classes and outside values. */
export const plain: Meaning = {
  named: (name) => {
    throw refused(`its pickle names ${quoted(name)} where only numbers and strings belong`, { global: name })
  },
  applied: () => opaque,
  persistent: () => {
    throw malformed('its pickle has an outside value where only numbers and strings belong')
  },
}

/** The next pickle of `input`, which then stands behind it. Throws a PdfnetError. */
export function readPickle(input: PickleInput, meaning: Meaning): Value {
  const start = input.at
  const machine = new Machine(input, meaning)
  const protocol = input.uint8() === protocolOpcode ? input.uint8() : 0
  if (protocol < 2 || protocol > 5) throw malformed('its pickle is not of a protocol from 2 to 5')
  for (;;) {
    if (input.at - start > limits.pickleBytes) throw refused(`its pickle is longer than ${limits.pickleBytes} bytes`)
    const opcode = input.uint8()
    if (opcode === stopOpcode) return machine.pop()
    const action = actions.get(opcode)
    if (!action) throw malformed(`its pickle has an opcode that data is not written with: 0x${opcode.toString(16)}`)
    machine.count()
    action(machine)
  }
}
