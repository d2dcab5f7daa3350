import { concat, littleEndian, textBytes } from './bytes.ts'

/** What can be pickled: plain values, and the opcodes by which objects are made. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | { readonly tuple: readonly Picklable[] }
  | { readonly list: readonly Picklable[] }
  | { readonly dict: readonly (readonly [Picklable, Picklable])[] }
  | { readonly global: readonly [module: string, name: string] }
  | { readonly reduce: readonly [callable: Picklable, args: Picklable] }
  | { readonly newObject: readonly [type: Picklable, args: Picklable] }
  | { readonly build: readonly [object: Picklable, state: Picklable] }
  | { readonly persistent: Picklable }
  | { readonly raw: Uint8Array }

/** Opcodes that {@link makePickle} and hostile pickles are written with. */
export const OP = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  binFloat: 0x47,
  binInt: 0x4a,
  none: 0x4e,
  binPersId: 0x51,
  reduce: 0x52,
  binUnicode: 0x58,
  emptyList: 0x5d,
  build: 0x62,
  global: 0x63,
  appends: 0x65,
  binGet: 0x68,
  longBinPut: 0x72,
  binPut: 0x71,
  tuple: 0x74,
  setItems: 0x75,
  emptyDict: 0x7d,
  proto: 0x80,
  newObj: 0x81,
  tuple2: 0x86,
  newTrue: 0x88,
  newFalse: 0x89,
  long1: 0x8a,
  long4: 0x8b,
  shortBinUnicode: 0x8c,
  binUnicode8: 0x8d,
  stackGlobal: 0x93,
  memoize: 0x94,
  frame: 0x95,
} as const

/** One opcode with its argument. */
export function op(code: number, ...argument: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(code), ...argument)
}

/** A whole pickle. Protocol 4 names globals by STACK_GLOBAL and writes a frame and memo entries. */
export function makePickle(value: Picklable, protocol: 2 | 4 = 2): Uint8Array<ArrayBuffer> {
  const body = concat(opcodesOf(value, protocol), op(OP.stop))
  const frame = protocol === 4 ? op(OP.frame, littleEndian(body.length, 8)) : new Uint8Array(0)
  return concat(Uint8Array.of(OP.proto, protocol), frame, body)
}

function opcodesOf(value: Picklable, protocol: 2 | 4): Uint8Array {
  if (value === null) return op(OP.none)
  if (typeof value === 'boolean') return op(value ? OP.newTrue : OP.newFalse)
  if (typeof value === 'number') return numberOpcodes(value)
  if (typeof value === 'string') return textOpcodes(value, protocol)
  if ('raw' in value) return value.raw
  const inner = (item: Picklable): Uint8Array => opcodesOf(item, protocol)
  if ('global' in value) return globalOpcodes(value.global, protocol)
  if ('tuple' in value) return op(OP.mark, ...value.tuple.map(inner), op(OP.tuple))
  if ('list' in value) {
    return concat(op(OP.emptyList), op(OP.mark), ...value.list.map(inner), op(OP.appends))
  }
  if ('dict' in value) {
    return concat(op(OP.emptyDict), ...dictItems(value.dict, inner))
  }
  if ('persistent' in value) return concat(inner(value.persistent), op(OP.binPersId))
  if ('reduce' in value) return concat(...value.reduce.map(inner), op(OP.reduce))
  if ('newObject' in value) return concat(...value.newObject.map(inner), op(OP.newObj))
  return concat(...value.build.map(inner), op(OP.build))
}

/** An OrderedDict as Python pickles it: an empty one, then its items. */
export function orderedDict(
  items: readonly (readonly [Picklable, Picklable])[],
  protocol: 2 | 4 = 2,
): Picklable {
  const inner = (item: Picklable): Uint8Array => opcodesOf(item, protocol)
  const empty = inner({ reduce: [{ global: ['collections', 'OrderedDict'] }, { tuple: [] }] })
  return { raw: concat(empty, ...dictItems(items, inner)) }
}

function dictItems(
  items: readonly (readonly [Picklable, Picklable])[],
  inner: (item: Picklable) => Uint8Array,
): Uint8Array[] {
  const pairs = items.flatMap(([key, value]) => [inner(key), inner(value)])
  return [op(OP.mark), ...pairs, op(OP.setItems)]
}

function numberOpcodes(value: number): Uint8Array {
  if (!Number.isInteger(value)) {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value, false)
    return op(OP.binFloat, bytes)
  }
  if (Math.abs(value) < 2 ** 31) {
    return op(OP.binInt, littleEndian(BigInt.asUintN(32, BigInt(value)), 4))
  }
  return op(OP.long1, Uint8Array.of(9), littleEndian(BigInt.asUintN(72, BigInt(value)), 9))
}

function textOpcodes(text: string, protocol: 2 | 4): Uint8Array {
  const bytes = textBytes(text)
  return protocol === 4 && bytes.length < 256
    ? concat(op(OP.shortBinUnicode, Uint8Array.of(bytes.length), bytes), op(OP.memoize))
    : op(OP.binUnicode, littleEndian(bytes.length, 4), bytes)
}

function globalOpcodes(
  [module, name]: readonly [module: string, name: string],
  protocol: 2 | 4,
): Uint8Array {
  if (protocol === 2) return op(OP.global, textBytes(`${module}\n${name}\n`))
  return concat(
    textOpcodes(module, protocol),
    textOpcodes(name, protocol),
    op(OP.stackGlobal),
    op(OP.memoize),
  )
}
