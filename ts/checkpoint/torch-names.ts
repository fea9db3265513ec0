/** The names that a checkpoint's pickle may use, and the data that each stands for. Any other is refused. */

import type { DType } from '../tensor.js'
import { ElementType, Global, StorageType, type Value } from './pickle-values.js'

const storageTypes: Readonly<Record<string, DType>> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  ByteStorage: 'uint8',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
}

const elementTypes: readonly DType[] = [
  'float32',
  'float16',
  'bfloat16',
  'float64',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'bool',
]

/** What makes dicts and tensors, of which a state dict consists. */
export const makers = {
  dict: 'collections.OrderedDict',
  tensor: 'torch._utils._rebuild_tensor',
  tensor2: 'torch._utils._rebuild_tensor_v2',
  tensor3: 'torch._utils._rebuild_tensor_v3',
  parameter: 'torch._utils._rebuild_parameter',
  parameterWithState: 'torch._utils._rebuild_parameter_with_state',
  /** Of a tensor with attributes. */
  typedTensor: 'torch._tensor._rebuild_from_type_v2',
} as const

/** Met beside state dicts: hyper-parameters, metrics, devices, states of random numbers. What they hold is dropped. */
const harmless = [
  'argparse.Namespace',
  'torch.Size',
  'torch.Tensor',
  'torch.device',
  'torch.nn.parameter.Parameter',
  'numpy.dtype',
  'numpy.ndarray',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'collections.Counter',
  'pathlib.PosixPath',
  'pathlib._local.PosixPath',
  '_codecs.encode',
  'builtins.set',
  '__builtin__.set',
]

const known = new Map<string, Value>([
  ...Object.entries(storageTypes).flatMap(([name, dtype]) =>
    ['torch', 'torch.cuda', 'torch.storage'].map((module) => [`${module}.${name}`, new StorageType(dtype)] as const),
  ),
  ...elementTypes.map((dtype) => [`torch.${dtype}`, new ElementType(dtype)] as const),
  ...[...Object.values(makers), ...harmless].map((name) => [name, new Global(name)] as const),
])

/** Data, too, but none that weights are read from. */
const unread: readonly (readonly [names: RegExp, what: string, remedy: string])[] = [
  [/^torch\.(storage\.)?Complex|^torch\.complex/, 'complex numbers', 'Save real numbers in their place'],
  [/^torch\.(storage\.)?Q\w+Storage$|_rebuild_qtensor$/, 'quantised tensors', 'Call dequantize() on them'],
  [/^torch\._utils\._rebuild_sparse_/, 'sparse tensors', 'Call to_dense() on them'],
  [/^torch\.(storage\.)?[Ff]loat8/, 'numbers of 8 bits', 'Call float() on them'],
  [/_rebuild_meta_tensor/, 'tensors without values, of the device "meta"', 'Load the weights first'],
]

/** Of a name that stands for tensors of a kind that is not read: what they are, and what can be done. */
export function unreadKind(name: string): { readonly what: string; readonly remedy: string } | undefined {
  const [, what, remedy] = unread.find(([names]) => names.test(name)) ?? []
  return what === undefined ? undefined : { what, remedy: `${remedy!} in PyTorch, then save the state dict again` }
}

/** Undefined for a name that is not known to be harmless. */
export function meaningOf(name: string): Value | undefined {
  return known.get(name)
}
