/** Gives PyTorch's names in a pickle their meaning: storages by key, tensors as views on them, dicts. */

import { elementBytes, elementCount } from '../tensor.js'
import { checkLayout } from './layout.js'
import { limits } from './limits.js'
import type { Meaning } from './pickle-machine.js'
import {
  Dict,
  ElementType,
  Global,
  List,
  PickledTensor,
  Storage,
  StorageType,
  Tuple,
  opaque,
  type Value,
} from './pickle-values.js'
import { malformed, quoted, refused } from './problems.js'
import { makers, meaningOf, unreadKind } from './torch-names.js'

export class TorchMeaning implements Meaning {
  /** Every storage that was named, by its key, whole. */
  readonly storages = new Map<string, Storage>()
  private pairs = 0

  named(name: string): Value {
    const value = meaningOf(name)
    if (value !== undefined) return value
    const unread = unreadKind(name)
    const why = unread ? `${unread.what}, expected tensors of plain numbers` : 'which is not known to be data only'
    throw refused(`its pickle names ${quoted(name)}, ${why}`, { global: name }, unread?.remedy)
  }

  applied({ name }: Global, args: Tuple): Value {
    switch (name) {
      case makers.dict:
        return this.dict(args.items[0])
      case makers.tensor:
      case makers.tensor2:
        return tensor(args.items, undefined, args.items[6])
      case makers.tensor3:
        return tensor(args.items, args.items[6], args.items[7])
      case makers.parameter:
      case makers.parameterWithState:
        return expectTensor(args.items[0])
      case makers.typedTensor: {
        const [maker, , inner] = args.items
        // Not itself again: that could go on without end.
        const isMaker = maker instanceof Global && maker.name !== name && inner instanceof Tuple
        if (!isMaker) throw badArguments()
        return expectTensor(this.applied(maker, inner))
      }
      default:
        return opaque
    }
  }

  persistent(id: Value): Value {
    if (!(id instanceof Tuple)) throw malformed('its pickle has an outside value that is no storage')
    const [kind, type, key, , elements, view] = id.items
    if (kind !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isCount(elements)) {
      throw malformed('its pickle has an outside value that is no storage')
    }
    const storage = new Storage(key, type.dtype, 0, elements * elementBytes[type.dtype])
    const before = this.storages.get(key)
    if (before && before.bytes !== storage.bytes) throw malformed(`its storage ${quoted(key)} has two sizes`)
    if (!before) this.storages.set(key, storage)
    if (this.storages.size > limits.entries) throw refused(`it has more than ${limits.entries} storages`)
    return view === undefined || view === null ? storage : viewOf(storage, view)
  }

  /** Python 2 gives an ordered dict its items as pairs, Python 3 sets them afterwards. */
  private dict(pairs: Value | undefined): Dict {
    const made = new Dict()
    if (pairs === undefined) return made
    if (!(pairs instanceof List)) throw badArguments()
    // Over all dicts, because one long list could be used for any number of them.
    this.pairs += pairs.items.length
    if (this.pairs > limits.opcodes) throw refused(`its pickle makes dicts of more than ${limits.opcodes} pairs`)
    for (const pair of pairs.items) {
      if (!(pair instanceof List || pair instanceof Tuple) || pair.items.length !== 2) throw badArguments()
      made.set(pair.items[0]!, pair.items[1]!)
    }
    made.depth = pairs.depth
    return made
  }
}

/** Files from before PyTorch 0.4 name views on storages: key, first element, elements. */
function viewOf({ key, dtype, bytes }: Storage, view: Value): Storage {
  const [, first, elements] = view instanceof Tuple ? view.items : []
  if (!isCount(first) || !isCount(elements)) throw malformed(`its storage ${quoted(key)} has a view that is none`)
  const width = elementBytes[dtype]
  if ((first + elements) * width > bytes) throw malformed(`a view on its storage ${quoted(key)} reaches outside of it`)
  return new Storage(key, dtype, first * width, elements * width)
}

function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function tensor(args: readonly Value[], type: Value | undefined, metadata: Value | undefined): PickledTensor {
  const [storage, first, size, stride] = args
  const isType = type === undefined || type instanceof ElementType
  const isView = storage instanceof Storage && isCount(first) && size instanceof Tuple && stride instanceof Tuple
  if (!isView || !isType) throw badArguments()
  if (metadata instanceof Dict && metadata.list().length > 0) {
    throw malformed(
      'one of its tensors is to be conjugated or negated where it is used',
      'Call resolve_neg() on it, then save it again',
    )
  }
  const dtype = type?.dtype ?? storage.dtype
  const shape = numbers(size)
  // What has no elements may say that it begins anywhere.
  const offsetBytes = elementCount(shape) === 0 ? 0 : first * elementBytes[dtype]
  const strides = numbers(stride)
  checkLayout({ dtype, shape, strides }, storage.bytes - offsetBytes, `a view on its storage ${quoted(storage.key)}`)
  return new PickledTensor(storage, dtype, offsetBytes, shape, strides)
}

function numbers({ items }: Tuple): number[] {
  if (!items.every((item) => typeof item === 'number')) throw badArguments()
  return [...items]
}

function expectTensor(value: Value | undefined): PickledTensor {
  if (!(value instanceof PickledTensor)) throw badArguments()
  return value
}

function badArguments(): Error {
  return malformed('its pickle makes a tensor or a dict of what is none')
}
