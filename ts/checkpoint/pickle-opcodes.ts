/** What each opcode of pickle's protocols 2 to 5 does that data is written with. Those that are left out are refused. */

import type { Machine } from './pickle-machine.js'
import { Dict, List, opaque } from './pickle-values.js'

export const protocolOpcode = 0x80
export const stopOpcode = 0x2e

type Action = (machine: Machine) => void

/** No state dict has bytes in its pickle: they are stepped over. */
function skip(machine: Machine, count: number): void {
  machine.input.skip(count)
  machine.push(opaque)
}

/** The comments are the names in Python's documentation. */
const scalars: readonly (readonly [number, Action])[] = [
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.input.int32())], // BININT
  [0x4b, (m) => m.push(m.input.uint8())], // BININT1
  [0x4d, (m) => m.push(m.input.uint16())], // BININT2
  [0x8a, (m) => m.push(m.input.integer(m.input.uint8()))], // LONG1
  [0x8b, (m) => m.push(m.input.integer(m.input.uint32()))], // LONG4
  [0x47, (m) => m.push(m.input.float64())], // BINFLOAT
  [0x8c, (m) => m.push(m.input.text(m.input.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.input.text(m.input.uint32()))], // BINUNICODE
  [0x8d, (m) => m.push(m.input.text(m.input.uint64()))], // BINUNICODE8
  [0x55, (m) => m.push(m.input.text(m.input.uint8(), 'latin1'))], // SHORT_BINSTRING, of Python 2
  [0x54, (m) => m.push(m.input.text(m.input.uint32(), 'latin1'))], // BINSTRING, of Python 2
  [0x43, (m) => skip(m, m.input.uint8())], // SHORT_BINBYTES
  [0x42, (m) => skip(m, m.input.uint32())], // BINBYTES
  [0x8e, (m) => skip(m, m.input.uint64())], // BINBYTES8
  [0x96, (m) => skip(m, m.input.uint64())], // BYTEARRAY8
]

const containers: readonly (readonly [number, Action])[] = [
  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => m.tuple([])], // EMPTY_TUPLE
  [0x85, (m) => m.tuple(m.popMany(1))], // TUPLE1
  [0x86, (m) => m.tuple(m.popMany(2))], // TUPLE2
  [0x87, (m) => m.tuple(m.popMany(3))], // TUPLE3
  [0x74, (m) => m.tuple(m.popMark())], // TUPLE
  [0x5d, (m) => m.push(new List())], // EMPTY_LIST
  [0x61, (m) => m.append(m.popMany(1))], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x7d, (m) => m.push(new Dict())], // EMPTY_DICT
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS
  [0x8f, (m) => m.push(opaque)], // EMPTY_SET
  [0x90, (m) => m.addItems()], // ADDITEMS
  [0x91, (m) => m.frozenSet()], // FROZENSET
]

const objects: readonly (readonly [number, Action])[] = [
  [0x63, (m) => m.global(m.input.line(), m.input.line())], // GLOBAL
  [0x93, (m) => m.global(...pair(m.popMany(2)))], // STACK_GLOBAL
  [0x52, (m) => m.apply(...pair(m.popMany(2)))], // REDUCE
  [0x81, (m) => m.apply(...pair(m.popMany(2)))], // NEWOBJ
  [0x92, (m) => m.apply(...pair(m.popMany(3)))], // NEWOBJ_EX, whose arguments by name are dropped
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]

const memory: readonly (readonly [number, Action])[] = [
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x71, (m) => m.remember(m.input.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.input.uint32())], // LONG_BINPUT
  [0x68, (m) => m.recall(m.input.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.input.uint32())], // LONG_BINGET
  [0x95, (m) => void m.input.skip(8)], // FRAME: how the writer cut the stream
]

function pair<T>(items: readonly T[]): [T, T] {
  return [items[0]!, items[1]!]
}

export const actions: ReadonlyMap<number, Action> = new Map([...scalars, ...containers, ...objects, ...memory])
