import { Sam2Error } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import type { Checkpoint, TensorInfo } from './checkpoint-types.ts'
import { ELEMENT_BYTES, toFloat32 } from './element-types.ts'
import { readPickle } from './pickle.ts'
import type { PickleTensor, PickleValue } from './pickle-values.ts'
import { printable } from '../printable.ts'
import { stripModulePrefix, unknownTensor } from './tensor-names.ts'
import { torchHost } from './torch-objects.ts'
import { openZip, type ZipMember } from './zip-archive.ts'

/** The official models' pickles have 50 to 130 kB; optimizer state may make them ten times that. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20
const PICKLE_NAME = 'data.pkl'
/** Keys under which training programs put the state dict. */
const STATE_DICT_KEYS: readonly string[] = ['model', 'state_dict']

/**
 * Opens a PyTorch checkpoint in the zip form (PyTorch 1.6 and later). The state dict is the value
 * of `model` or `state_dict`, or the top level itself; whatever else the file holds is ignored.
 * @throws Sam2Error `checkpoint`
 */
export async function openPytorchCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const members = await openZip(source)
  const root = findRoot(source, members)
  await requireLittleEndian(source, members.get(`${root}byteorder`))
  const pickle = members.get(`${root}${PICKLE_NAME}`) as ZipMember
  if (pickle.size > MAX_PICKLE_BYTES) {
    throw damaged(source, `a pickle of ${pickle.size} bytes`, `at most ${MAX_PICKLE_BYTES}`)
  }
  const content = readPickle(await pickle.read(), torchHost(source.name))
  const tensors = stripModulePrefix(findTensors(source, content))
  const infos = new Map<string, TensorInfo>()
  for (const [name, { storage, shape }] of tensors) {
    const member = members.get(`${root}data/${storage.key}`)
    const expected = storage.numElements * ELEMENT_BYTES[storage.dtype]
    // PyTorch writes no file for a storage without elements in some versions.
    if (member?.size !== expected && !(expected === 0 && !member)) {
      const got = member ? `${member.size} bytes` : 'no bytes'
      throw damaged(source, `${got} for tensor ${printable(name)}`, `${expected}`)
    }
    infos.set(name, { shape, dtype: storage.dtype })
  }
  return {
    name: source.name,
    format: 'pytorch',
    tensors: infos,
    async readTensor(name) {
      const tensor = tensors.get(name)
      if (!tensor) throw unknownTensor(source.name, name)
      const member = members.get(`${root}data/${tensor.storage.key}`)
      const bytes = member ? await member.read() : new Uint8Array(0)
      return toFloat32(tensor.storage.dtype, gather(bytes, tensor))
    },
  }
}

/** The folder that everything in the archive lies in, with its slash. */
function findRoot(source: ByteSource, members: ReadonlyMap<string, ZipMember>): string {
  const found = [...members.keys()].filter(
    (name) => name === PICKLE_NAME || /^[^/]+\/data\.pkl$/.test(name),
  )
  const root = found[0]?.slice(0, -PICKLE_NAME.length)
  if (root === undefined || found.length > 1) {
    const got = root === undefined ? `no ${PICKLE_NAME}` : `${found.length} files ${PICKLE_NAME}`
    throw damaged(source, `a zip archive with ${got}`, 'a PyTorch checkpoint')
  }
  if (members.has(`${root}constants.pkl`)) {
    throw new Sam2Error(`${source.name}: got a TorchScript program, expected a state dict`, {
      code: 'checkpoint',
      hint: 'Save the tensors alone with torch.save(model.state_dict(), path).',
    })
  }
  return root
}

async function requireLittleEndian(
  source: ByteSource,
  member: ZipMember | undefined,
): Promise<void> {
  if (!member) return
  const order =
    member.size <= 16 ? new TextDecoder().decode(await member.read()) : `${member.size} bytes`
  if (order === 'little') return
  throw new Sam2Error(
    `${source.name}: got values in byte order ${printable(order)}, expected little`,
    { code: 'checkpoint', hint: 'Save the checkpoint again on a little-endian machine.' },
  )
}

function dictEntries(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> | undefined {
  if (typeof value !== 'object' || value?.kind !== 'dict') return undefined
  return value.entries ?? new Map()
}

function findTensors(source: ByteSource, content: PickleValue): Map<string, PickleTensor> {
  const top = dictEntries(content)
  if (!top) throw damaged(source, 'a pickle that is no dict', 'a state dict')
  const dict = STATE_DICT_KEYS.map((key) => dictEntries(top.get(key) ?? null)).find(
    (entries) => entries,
  )
  const tensors = new Map<string, PickleTensor>()
  for (const [name, value] of dict ?? top) {
    if (typeof name === 'string' && typeof value === 'object' && value?.kind === 'tensor') {
      tensors.set(name, value)
    }
  }
  if (tensors.size > 0) return tensors
  throw damaged(source, 'a checkpoint without a tensor', 'a state dict, or one under "model"')
}

/** The elements of a view, in C order, without the rest of their storage. */
function gather(storageBytes: Uint8Array, tensor: PickleTensor): Uint8Array {
  const { offset, shape, stride } = tensor
  const size = ELEMENT_BYTES[tensor.storage.dtype]
  const count = shape.reduce((product, length) => product * length, 1)
  if (isContiguous(shape, stride) || count === 0) {
    return storageBytes.subarray(offset * size, (offset + count) * size)
  }
  const gathered = new Uint8Array(count * size)
  const index = shape.map(() => 0)
  let from = offset * size
  for (let to = 0; to < gathered.length; to += size) {
    for (let k = 0; k < size; k++) gathered[to + k] = storageBytes[from + k] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const step = (stride[axis] as number) * size
      const next = (index[axis] as number) + 1
      from += step
      index[axis] = next
      if (next < (shape[axis] as number)) break
      from -= next * step
      index[axis] = 0
    }
  }
  return gathered
}

function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] as number
    if (length > 1 && stride[axis] !== expected) return false
    expected *= length
  }
  return true
}

function damaged(source: ByteSource, got: string, expected: string): Sam2Error {
  return new Sam2Error(`${source.name}: got ${got}, expected ${expected}`, {
    code: 'checkpoint',
    hint: 'Download the file again.',
  })
}
