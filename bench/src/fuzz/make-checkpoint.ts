import { concat, littleEndian, textBytes } from './bytes.ts'
import { makePickle, orderedDict, type Picklable } from './make-pickle.ts'
import { makeZip, type ZipInput } from './make-zip.ts'

/** A tensor of float32 values to be written. */
export interface TensorInput {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** How a `.pt` file is written. */
export interface PytorchOptions {
  /** Key of the state dict; none: it is the top level itself. */
  readonly key?: string
  readonly extra?: readonly (readonly [string, Picklable])[]
  readonly protocol?: 2 | 4
  readonly deflate?: boolean
  readonly byteOrder?: string
  readonly files?: readonly ZipInput[]
}

/** The pickled reference to a storage of the archive. */
export function storageOf(
  key: string,
  numElements: number,
  type = 'FloatStorage',
  device = 'cpu',
): Picklable {
  return {
    persistent: { tuple: ['storage', { global: ['torch', type] }, key, device, numElements] },
  }
}

/** The pickled view of a storage, as PyTorch writes a tensor. */
export function tensorOf(
  storage: Picklable,
  offset: number,
  shape: readonly number[],
  stride: readonly number[],
): Picklable {
  const hooks: Picklable = { reduce: [{ global: ['collections', 'OrderedDict'] }, { tuple: [] }] }
  const args: Picklable[] = [storage, offset, { tuple: shape }, { tuple: stride }, false, hooks]
  return { reduce: [{ global: ['torch._utils', '_rebuild_tensor_v2'] }, { tuple: args }] }
}

/** A `.pt` file (zip form) of that pickle and these storages. */
export function makePytorchArchive(
  pickle: Uint8Array,
  storages: ReadonlyMap<string, Uint8Array>,
  options: PytorchOptions = {},
): Uint8Array<ArrayBuffer> {
  const deflate = options.deflate ?? false
  const files: ZipInput[] = [{ name: 'archive/data.pkl', data: pickle, deflate }]
  if (options.byteOrder !== undefined) {
    files.push({ name: 'archive/byteorder', data: textBytes(options.byteOrder) })
  }
  for (const [key, data] of storages) files.push({ name: `archive/data/${key}`, data, deflate })
  files.push({ name: 'archive/version', data: textBytes('3\n') }, ...(options.files ?? []))
  return makeZip(files)
}

/** A `.pt` file (zip form) of float32 tensors. */
export function makePytorch(
  tensors: readonly TensorInput[],
  options: PytorchOptions = {},
): Uint8Array<ArrayBuffer> {
  const { protocol = 2, key, extra = [] } = options
  const items = tensors.map(({ name, shape, values }, i) => {
    const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
    return [name, tensorOf(storageOf(String(i), values.length), 0, shape, stride)] as const
  })
  const content: Picklable =
    key === undefined
      ? orderedDict([...items, ...extra], protocol)
      : { dict: [[key, orderedDict(items, protocol)], ...extra] }
  const storages = new Map(tensors.map(({ values }, i) => [String(i), floatBytes(values)]))
  return makePytorchArchive(makePickle(content, protocol), storages, options)
}

/** A `.safetensors` file of float32 tensors. */
export function makeSafetensors(
  tensors: readonly TensorInput[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let end = 0
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {}
  for (const { name, shape, values } of tensors) {
    const start = end
    end += values.length * 4
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  return makeSafetensorsFile(header, concat(...tensors.map(({ values }) => floatBytes(values))))
}

/** A `.safetensors` file of any header, right or wrong. */
export function makeSafetensorsFile(header: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = textBytes(typeof header === 'string' ? header : JSON.stringify(header))
  return concat(littleEndian(text.length, 8), text, data)
}

/** Little-endian float32. */
export function floatBytes(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(values).buffer)
}
