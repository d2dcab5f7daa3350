import { Sam2Error } from '../errors.ts'
import type { PickleDict, PickleGlobal, PickleValue } from './pickle-values.ts'
import { kindOf } from './pickle-values.ts'

/** Opcodes read before giving up: the largest official model needs 30,000. */
const MAX_OPCODES = 1_000_000
/** Bytes of a module or function name. */
const MAX_NAME_BYTES = 256
/** Bytes of an integer; no size needs more than eight. */
const MAX_INTEGER_BYTES = 16

/** The few functions and classes that a pickle may name. */
export interface PickleHost {
  /** For messages. */
  readonly file: string
  /** @throws Sam2Error for every name but the known ones */
  findGlobal(module: string, name: string): PickleGlobal
  call(callable: PickleGlobal, args: readonly PickleValue[]): PickleValue
  loadPersistent(id: PickleValue): PickleValue
}

/** The state of one reading. */
interface Machine {
  readonly host: PickleHost
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly text: InstanceType<typeof TextDecoder>
  position: number
  readonly stack: PickleValue[]
  /** Stack heights at which marks stand. */
  readonly marks: number[]
  readonly memo: Map<number, PickleValue>
}

type Opcode = (machine: Machine) => void

/**
 * Reads a pickle of protocol 2 to 5 made of plain data and what the host knows. Nothing is looked
 * up, imported or called outside the host; there is no recursion, and what a byte can make is
 * bounded, so a hostile pickle ends in an error soon.
 * @throws Sam2Error `checkpoint`
 */
export function readPickle(bytes: Uint8Array, host: PickleHost): PickleValue {
  const machine: Machine = {
    host,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
    position: 0,
    stack: [],
    marks: [],
    memo: new Map(),
  }
  for (let count = 0; count < MAX_OPCODES; count++) {
    const at = machine.position
    const code = bytes[take(machine, 1)] as number
    if (code === STOP) return pop(machine)
    const opcode = OPCODES.get(code)
    if (!opcode) {
      const shown = `0x${code.toString(16).padStart(2, '0')}`
      throw broken(machine, `pickle opcode ${shown} at byte ${at}`, 'those of a state dict')
    }
    opcode(machine)
  }
  throw broken(machine, `more than ${MAX_OPCODES} pickle opcodes`, 'a state dict')
}

function broken(machine: Machine, got: string, expected: string, cause?: unknown): Sam2Error {
  return new Sam2Error(`${machine.host.file}: got ${got}, expected ${expected}`, {
    code: 'checkpoint',
    hint: 'Download the file again, or save the tensors alone with torch.save(model.state_dict(), path).',
    details: { position: machine.position },
    cause,
  })
}

/** Moves on by `length` bytes; returns where they start. */
function take(machine: Machine, length: number): number {
  const start = machine.position
  if (length > machine.bytes.length - start) {
    throw broken(machine, `a pickle that ends at byte ${machine.bytes.length}`, `${length} more`)
  }
  machine.position = start + length
  return start
}

const takeUint8 = (machine: Machine): number => machine.view.getUint8(take(machine, 1))
const takeUint16 = (machine: Machine): number => machine.view.getUint16(take(machine, 2), true)
const takeInt32 = (machine: Machine): number => machine.view.getInt32(take(machine, 4), true)
const takeUint32 = (machine: Machine): number => machine.view.getUint32(take(machine, 4), true)
const takeUint64 = (machine: Machine): number =>
  Number(machine.view.getBigUint64(take(machine, 8), true))

function takeString(machine: Machine, length: number): string {
  const start = take(machine, length)
  try {
    return machine.text.decode(machine.bytes.subarray(start, start + length))
  } catch (cause) {
    throw broken(machine, `text at byte ${start} that is not UTF-8`, 'UTF-8', cause)
  }
}

function takeLine(machine: Machine): string {
  const start = machine.position
  const end = machine.bytes.subarray(start, start + MAX_NAME_BYTES).indexOf(0x0a)
  if (end < 0) throw broken(machine, `a name without an end at byte ${start}`, 'a line')
  const line = takeString(machine, end)
  take(machine, 1)
  return line
}

/** A little-endian two's complement integer of any length. */
function takeInteger(machine: Machine, length: number): number | bigint {
  if (length > MAX_INTEGER_BYTES) {
    throw broken(machine, `an integer of ${length} bytes`, `at most ${MAX_INTEGER_BYTES}`)
  }
  const start = take(machine, length)
  let value = 0n
  for (let i = length - 1; i >= 0; i--) {
    value = (value << 8n) | BigInt(machine.bytes[start + i] as number)
  }
  const signed = BigInt.asIntN(length * 8, value)
  const number = Number(signed)
  return Number.isSafeInteger(number) ? number : signed
}

function push(machine: Machine, value: PickleValue): void {
  machine.stack.push(value)
}

function pop(machine: Machine): PickleValue {
  const floor = machine.marks.at(-1) ?? 0
  if (machine.stack.length <= floor) throw broken(machine, 'an empty pickle stack', 'a value')
  return machine.stack.pop() as PickleValue
}

/** The values above the topmost mark, which goes too. */
function popToMark(machine: Machine): PickleValue[] {
  const mark = machine.marks.pop()
  if (mark === undefined) throw broken(machine, 'a pickle without a mark', 'one')
  return machine.stack.splice(mark)
}

/** The value on top of the stack, left there. */
function top(machine: Machine): PickleValue {
  const value = pop(machine)
  push(machine, value)
  return value
}

function topDict(machine: Machine): PickleDict {
  const value = top(machine)
  if (typeof value === 'object' && value?.kind === 'dict') return value
  throw broken(machine, `items for a ${kindOf(value)}`, 'a dict')
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine)
  if (typeof list !== 'object' || list?.kind !== 'list') {
    throw broken(machine, `items for a ${kindOf(list)}`, 'a list')
  }
  for (const item of items) list.items.push(item)
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const dict = topDict(machine)
  if (items.length % 2 !== 0) throw broken(machine, 'a key without a value', 'pairs')
  dict.entries ??= new Map()
  for (let i = 0; i < items.length; i += 2) {
    dict.entries.set(items[i] as PickleValue, items[i + 1] as PickleValue)
  }
}

function pushTuple(machine: Machine, length: number): void {
  const items: PickleValue[] = []
  for (let i = 0; i < length; i++) items.push(pop(machine))
  push(machine, { kind: 'tuple', items: items.reverse() })
}

function recall(machine: Machine, index: number): void {
  const value = machine.memo.get(index)
  if (value === undefined) throw broken(machine, `an empty pickle memo ${index}`, 'a value')
  push(machine, value)
}

function memoize(machine: Machine, index: number): void {
  machine.memo.set(index, top(machine))
}

function call(machine: Machine): void {
  const args = pop(machine)
  const callable = pop(machine)
  if (typeof args !== 'object' || args?.kind !== 'tuple') {
    throw broken(machine, `${kindOf(args)} for arguments`, 'a tuple')
  }
  if (typeof callable !== 'object' || callable?.kind !== 'global') {
    throw broken(machine, `a call of a ${kindOf(callable)}`, 'a function of a state dict')
  }
  push(machine, machine.host.call(callable, args.items))
}

function stackGlobal(machine: Machine): void {
  const name = pop(machine)
  const module = pop(machine)
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw broken(machine, `a global named by ${kindOf(module)} and ${kindOf(name)}`, 'strings')
  }
  push(machine, machine.host.findGlobal(module, name))
}

/** An OrderedDict may carry attributes (a state dict's `_metadata`): they are dropped. */
function build(machine: Machine): void {
  pop(machine)
  topDict(machine)
}

function protocol(machine: Machine): void {
  const version = takeUint8(machine)
  if (version < 2 || version > 5) throw broken(machine, `pickle protocol ${version}`, '2 to 5')
}

const STOP = 0x2e

/** By code; the names are those of Python's pickletools. */
const OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x80, protocol], // PROTO
  [0x95, (m) => void take(m, 8)], // FRAME
  [0x28, (m) => void m.marks.push(m.stack.length)], // MARK
  [0x30, (m) => void pop(m)], // POP
  [0x31, (m) => void popToMark(m)], // POP_MARK
  [0x4e, (m) => push(m, null)], // NONE
  [0x88, (m) => push(m, true)], // NEWTRUE
  [0x89, (m) => push(m, false)], // NEWFALSE
  [0x4a, (m) => push(m, takeInt32(m))], // BININT
  [0x4b, (m) => push(m, takeUint8(m))], // BININT1
  [0x4d, (m) => push(m, takeUint16(m))], // BININT2
  [0x8a, (m) => push(m, takeInteger(m, takeUint8(m)))], // LONG1
  [0x8b, (m) => push(m, takeInteger(m, takeUint32(m)))], // LONG4
  [0x47, (m) => push(m, m.view.getFloat64(take(m, 8), false))], // BINFLOAT
  [0x8c, (m) => push(m, takeString(m, takeUint8(m)))], // SHORT_BINUNICODE
  [0x58, (m) => push(m, takeString(m, takeUint32(m)))], // BINUNICODE
  [0x8d, (m) => push(m, takeString(m, takeUint64(m)))], // BINUNICODE8
  [0x5d, (m) => push(m, { kind: 'list', items: [] })], // EMPTY_LIST
  [0x61, (m) => append(m, [pop(m)])], // APPEND
  [0x65, (m) => append(m, popToMark(m))], // APPENDS
  [0x7d, (m) => push(m, { kind: 'dict', entries: undefined })], // EMPTY_DICT
  [0x73, (m) => setItems(m, [pop(m), pop(m)].reverse())], // SETITEM
  [0x75, (m) => setItems(m, popToMark(m))], // SETITEMS
  [0x29, (m) => pushTuple(m, 0)], // EMPTY_TUPLE
  [0x85, (m) => pushTuple(m, 1)], // TUPLE1
  [0x86, (m) => pushTuple(m, 2)], // TUPLE2
  [0x87, (m) => pushTuple(m, 3)], // TUPLE3
  [0x74, (m) => push(m, { kind: 'tuple', items: popToMark(m) })], // TUPLE
  [0x71, (m) => memoize(m, takeUint8(m))], // BINPUT
  [0x72, (m) => memoize(m, takeUint32(m))], // LONG_BINPUT
  [0x94, (m) => memoize(m, m.memo.size)], // MEMOIZE
  [0x68, (m) => recall(m, takeUint8(m))], // BINGET
  [0x6a, (m) => recall(m, takeUint32(m))], // LONG_BINGET
  [0x63, (m) => push(m, m.host.findGlobal(takeLine(m), takeLine(m)))], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x52, call], // REDUCE
  [0x81, call], // NEWOBJ
  [0x62, build], // BUILD
  [0x51, (m) => push(m, m.host.loadPersistent(pop(m)))], // BINPERSID
])
