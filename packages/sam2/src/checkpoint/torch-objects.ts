import { Sam2Error } from '../errors.ts'
import type { ElementType } from './checkpoint-types.ts'
import type { PickleHost } from './pickle.ts'
import {
  kindOf,
  type PickleGlobal,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
} from './pickle-values.ts'
import { printable, printableShape } from '../printable.ts'
import { countElements, MAX_TENSOR_ELEMENTS } from './tensor-limits.ts'

const STORAGES: ReadonlyMap<string, ElementType> = new Map([
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.DoubleStorage', 'float64'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
])

type Callable = (file: string, args: readonly PickleValue[]) => PickleValue

const CALLABLES: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['collections.OrderedDict', makeOrderedDict],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
])

/** What the pickle of a PyTorch state dict may name: these functions, these storages, no more. */
export function torchHost(file: string): PickleHost {
  return {
    file,
    findGlobal(module, name) {
      const full = `${module}.${name}`
      if (CALLABLES.has(full) || STORAGES.has(full)) return { kind: 'global', name: full }
      throw new Sam2Error(
        `${file}: got ${printable(full)} in its pickle, expected nothing but tensors and plain data`,
        {
          code: 'checkpoint',
          hint: "Use the publisher's own file, or save the tensors alone with torch.save(model.state_dict(), path).",
          details: { global: full.slice(0, 512) },
        },
      )
    },
    call(callable, args) {
      const make = CALLABLES.get(callable.name)
      if (!make) throw broken(file, `a call of ${callable.name}`, 'a function')
      return make(file, args)
    },
    loadPersistent: (id) => loadStorage(file, id),
  }
}

function broken(file: string, got: string, expected: string): Sam2Error {
  return new Sam2Error(`${file}: got ${got}, expected ${expected}`, {
    code: 'checkpoint',
    hint: 'Download the file again.',
  })
}

function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return typeof value === 'object' && value?.kind === 'global'
}

function isTensor(value: PickleValue | undefined): value is PickleTensor {
  return typeof value === 'object' && value?.kind === 'tensor'
}

function isStorage(value: PickleValue | undefined): value is PickleStorage {
  return typeof value === 'object' && value?.kind === 'storage'
}

function tupleItems(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  return typeof value === 'object' && value?.kind === 'tuple' ? value.items : undefined
}

function makeOrderedDict(file: string, args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw broken(file, 'an OrderedDict with arguments', 'an empty one')
  return { kind: 'dict', entries: undefined }
}

/** `_rebuild_parameter(tensor, requires_grad, backward_hooks)`: the tensor itself. */
function rebuildParameter(file: string, args: readonly PickleValue[]): PickleValue {
  const [tensor] = args
  if (args.length !== 3 || !isTensor(tensor)) {
    throw broken(file, `a parameter of a ${kindOf(tensor)}`, 'a tensor')
  }
  return tensor
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`. */
function rebuildTensor(file: string, args: readonly PickleValue[]): PickleValue {
  const [storage, offset, size, strides, , , metadata] = args
  const shape = tupleItems(size)
  const stride = tupleItems(strides)
  if (args.length < 6 || args.length > 7 || !isStorage(storage) || !shape || !stride) {
    throw broken(file, `a tensor of a ${kindOf(storage)}`, 'storage, offset, size and stride')
  }
  if (typeof metadata === 'object' && metadata?.kind === 'dict' && metadata.entries?.size) {
    throw broken(file, 'a tensor with a conjugate or negative bit', 'plain values')
  }
  const { key, numElements } = storage
  const count = countElements(file, `in storage ${key}`, shape)
  if (!isSize(offset) || stride.length !== shape.length || !stride.every(isSize)) {
    throw broken(
      file,
      `a tensor of shape ${printableShape(shape)}, strides ${printable(printableShape(stride))}`,
      'a stride and no negative number for each size',
    )
  }
  // The last element's place; strides of sizes below 2 never count.
  let end = offset + 1
  for (const [i, length] of (shape as number[]).entries()) {
    if (length > 1) end += (length - 1) * (stride[i] as number)
  }
  if (count > numElements || (count > 0 && !(end <= numElements))) {
    throw broken(
      file,
      `a tensor of shape ${printableShape(shape)} and strides ${printable(printableShape(stride))} at ${offset} of storage ${printable(key)}`,
      `one inside its ${numElements} elements`,
    )
  }
  return { kind: 'tensor', storage, offset, shape: shape as number[], stride }
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** The persistent id of a storage: ('storage', type, key, device, number of elements). */
function loadStorage(file: string, id: PickleValue): PickleValue {
  const items = tupleItems(id)
  const [tag, type, key, , numElements] = items ?? []
  const dtype = isGlobal(type) ? STORAGES.get(type.name) : undefined
  if (items?.length !== 5 || tag !== 'storage' || typeof key !== 'string' || !dtype) {
    throw broken(file, `a ${kindOf(id)} for a storage`, 'its type, key, device and size')
  }
  if (!isSize(numElements) || numElements > MAX_TENSOR_ELEMENTS) {
    throw broken(
      file,
      `storage ${printable(key)} of ${typeof numElements === 'number' ? numElements : kindOf(numElements)} elements`,
      `at most ${MAX_TENSOR_ELEMENTS}`,
    )
  }
  return { kind: 'storage', key, dtype, numElements }
}
