import { concat, littleEndian, textBytes } from './bytes.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { floatBytes, makePytorchArchive, storageOf, tensorOf } from './make-checkpoint.ts'
import { makePickle, op, OP, type Picklable } from './make-pickle.ts'

/** Functions that a pickle must never reach, as attackers name them. */
const DANGEROUS: readonly (readonly [module: string, name: string])[] = [
  ['os', 'system'],
  ['posix', 'system'],
  ['nt', 'system'],
  ['builtins', 'eval'],
  ['builtins', 'exec'],
  ['builtins', 'getattr'],
  ['builtins', '__import__'],
  ['__builtin__', 'eval'],
  ['subprocess', 'Popen'],
  ['subprocess', 'check_output'],
  ['runpy', '_run_code'],
  ['importlib', 'import_module'],
  ['operator', 'attrgetter'],
  ['functools', 'partial'],
  ['pickle', 'loads'],
  ['torch', 'load'],
  ['torch', 'hub.load'],
  ['torch._utils', '_rebuild_tensor'],
  ['torch._utils', '_rebuild_tensor_v2.__globals__'],
  ['torch._utils', '_rebuild_tensor_v2 '],
  ['torch._utils._rebuild_tensor_v2', '__call__'],
  ['torch._utils', ''],
  ['collections', 'OrderedDict.fromkeys'],
  ['constructor', 'constructor'],
  ['__proto__', 'toString'],
  ['numpy.core.multiarray', '_reconstruct'],
  ['x'.repeat(100_000), 'y'],
]

/** One tensor as it should be, so that only the hostile part can be refused. */
const GOOD: readonly [Picklable, Picklable] = [
  'good',
  tensorOf(storageOf('0', 4), 0, [2, 2], [2, 1]),
]

function archive(pickle: Uint8Array): Uint8Array {
  return makePytorchArchive(pickle, new Map([['0', floatBytes([1, 2, 3, 4])]]))
}

function refused(name: string, value: Picklable, protocol: 2 | 4 = 2): FuzzCase {
  return { name, bytes: archive(makePickle(value, protocol)), expected: 'refused' }
}

/** A state dict with one more entry. */
function beside(value: Picklable): Picklable {
  return { dict: [GOOD, ['hostile', value]] }
}

function refusedTensor(name: string, tensor: Picklable): FuzzCase {
  return refused(name, beside(tensor))
}

/** The value under test, put where a one-byte opcode would stand. */
function rawCase(name: string, ...opcodes: readonly Uint8Array[]): FuzzCase {
  return refused(name, beside({ raw: concat(...opcodes) }))
}

function callCases(): FuzzCase[] {
  return DANGEROUS.flatMap(([module, name]) => {
    const shown = `${module}.${name}`.slice(0, 60)
    const global: Picklable = { global: [module, name] }
    const args: Picklable = { tuple: ['touch pwned'] }
    return [
      refused(`REDUCE ${shown}`, beside({ reduce: [global, args] })),
      refused(`REDUCE by STACK_GLOBAL ${shown}`, beside({ reduce: [global, args] }), 4),
      refused(`NEWOBJ ${shown}`, beside({ newObject: [global, args] })),
      refused(`BUILD ${shown}`, beside({ build: [{ dict: [] }, global] })),
      refused(`GLOBAL as a key ${shown}`, { dict: [GOOD, [global, 1]] }),
      refused(`GLOBAL outside the state dict ${shown}`, {
        dict: [
          ['model', { dict: [GOOD] }],
          ['extra', { list: [global] }],
        ],
      }),
      refused(`GLOBAL as a storage ${shown}`, {
        dict: [['t', { persistent: { tuple: ['storage', global, '0', 'cpu', 4] } }]],
      }),
    ]
  })
}

function opcodeCases(): FuzzCase[] {
  const line = (text: string): Uint8Array => textBytes(`${text}\n`)
  return [
    rawCase('INST', op(OP.mark), op(0x69, line('os'), line('system'))),
    rawCase('OBJ', op(OP.mark), op(OP.none), op(0x6f)),
    rawCase('EXT1', op(0x82, Uint8Array.of(1))),
    rawCase('EXT4', op(0x84, littleEndian(1, 4))),
    rawCase('PERSID', op(0x50, line('storage'))),
    rawCase('NEWOBJ_EX', op(0x92)),
    rawCase('NEXT_BUFFER', op(0x97)),
    rawCase('LONG in text', op(0x4c, line('9'.repeat(1_000_000)))),
    rawCase('LONG4 of 2 GB', op(OP.long4, littleEndian(0x7fffffff, 4))),
    rawCase('LONG4 of a million bytes', op(OP.long4, littleEndian(1e6, 4)), new Uint8Array(1e6)),
    rawCase('LONG4 of negative length', op(OP.long4, littleEndian(0xffffffff, 4))),
    rawCase('BINUNICODE of 4 GB', op(OP.binUnicode, littleEndian(0xffffffff, 4))),
    rawCase('BINUNICODE8 of 2^63', op(OP.binUnicode8, littleEndian(2n ** 63n, 8))),
    rawCase('text that is not UTF-8', op(OP.binUnicode, littleEndian(2, 4), Uint8Array.of(255, 0))),
    rawCase('FRAME beyond the end, then nothing', op(OP.frame, littleEndian(2n ** 64n - 1n, 8))),
    rawCase('BINGET of nothing', op(OP.binGet, Uint8Array.of(77))),
    rawCase('TUPLE without a mark', op(OP.tuple), op(OP.tuple), op(OP.tuple)),
    rawCase('GLOBAL without an end', op(OP.global, textBytes('a'.repeat(1e6)))),
    rawCase('REDUCE of an empty stack', ...Array.from({ length: 9 }, () => op(OP.reduce))),
    refused('a call of a storage type', {
      dict: [GOOD, ['t', { reduce: [{ global: ['torch', 'FloatStorage'] }, { tuple: [4] }] }]],
    }),
    refused('a call of text', { reduce: ['os.system', { tuple: ['touch pwned'] }] }),
    refused('a call with a list', {
      reduce: [{ global: ['collections', 'OrderedDict'] }, { list: [1] }],
    }),
    refused('protocol 0', { raw: op(OP.proto, Uint8Array.of(0)) }),
    refused('protocol 255', { raw: op(OP.proto, Uint8Array.of(255)) }),
    refused('no dict at all', 'model'),
    refused('a list of tensors', { list: [GOOD[1]] }),
    refused('an empty dict', { dict: [] }),
    refused('an odd number of items', {
      raw: concat(op(OP.emptyDict), op(OP.mark), op(OP.none), op(OP.setItems)),
    }),
  ]
}

/** Structures that grow with every look at them, or that are very deep. */
function bombCases(): FuzzCase[] {
  // put 0: (); then 60 times x = (x, x): 2^60 leaves in 300 bytes
  const laughs = concat(
    op(OP.emptyTuple),
    ...Array.from({ length: 60 }, () =>
      concat(op(OP.binPut, Uint8Array.of(9)), op(OP.binGet, Uint8Array.of(9)), op(OP.tuple2)),
    ),
  )
  const deep = new Uint8Array(900_000).fill(0x85) // TUPLE1
  deep[0] = OP.emptyTuple
  const selfDict = concat(
    op(OP.emptyDict),
    op(OP.binPut, Uint8Array.of(1)),
    op(OP.binUnicode, littleEndian(5, 4), textBytes('model')),
    op(OP.binGet, Uint8Array.of(1)),
    op(0x73),
  )
  const loads = (name: string, value: Picklable): FuzzCase => ({
    name,
    bytes: archive(makePickle(value)),
    expected: 'loaded',
  })
  const laughing: Picklable = { raw: laughs }
  return [
    loads('a billion laughs beside the tensors', {
      dict: [
        ['model', { dict: [GOOD] }],
        ['epoch', laughing],
      ],
    }),
    loads('a billion laughs as a key', { dict: [GOOD, [laughing, 1]] }),
    loads('900,000 tuples inside each other', beside({ raw: deep })),
    refused('a dict that holds itself', { raw: selfDict }),
    refusedTensor('a billion laughs as a shape', {
      reduce: [
        { global: ['torch._utils', '_rebuild_tensor_v2'] },
        { tuple: [storageOf('0', 4), 0, laughing, laughing, false, null] },
      ],
    }),
    refusedTensor('a billion laughs as a storage', { persistent: laughing }),
    refused('two million empty dicts', { raw: new Uint8Array(2e6).fill(OP.emptyDict) }),
    refused('two million marks', { raw: new Uint8Array(2e6).fill(OP.mark) }),
    refused('a sparse memo', {
      raw: concat(
        op(OP.none),
        ...Array.from({ length: 999 }, (_, i) =>
          op(OP.longBinPut, littleEndian(0xffffffff - i * 4096, 4)),
        ),
      ),
    }),
  ]
}

function shapeCases(): FuzzCase[] {
  const storage = storageOf('0', 4)
  const view = (name: string, offset: number, shape: number[], stride: number[]): FuzzCase =>
    refusedTensor(name, tensorOf(storage, offset, shape, stride))
  const big = 2 ** 31 - 1
  return [
    view('a negative size', 0, [-1, 2], [2, 1]),
    view('two negative sizes', 0, [-2, -2], [2, 1]),
    view('huge sizes', 0, [big, big, big, big], [0, 0, 0, 0]),
    view('a huge size beside zero', 0, [2 ** 53, 0.5], [1, 1]),
    view('an expanded view', 0, [1_000_000, 1_000_000], [0, 0]),
    view('a size beyond the storage', 0, [5], [1]),
    view('a stride beyond the storage', 0, [2, 2], [big, 1]),
    view('a negative stride', 3, [4], [-1]),
    view('a negative offset', -1, [2], [1]),
    view('an offset beyond the storage', 3, [2], [1]),
    view('a huge offset', Number.MAX_SAFE_INTEGER, [1], [1]),
    view('strides that overflow', 0, [2, 2], [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]),
    view('a fractional size', 0, [1.5], [1]),
    view('a size that is no number', 0, [Number.NaN], [1]),
    view('an infinite size', 0, [Number.POSITIVE_INFINITY], [1]),
    view('fewer strides than sizes', 0, [2, 2], [1]),
    view(
      'a thousand sizes',
      0,
      Array.from({ length: 1000 }, () => 1),
      Array.from({ length: 1000 }, () => 1),
    ),
    refusedTensor('a storage larger than its file', tensorOf(storageOf('0', 5), 0, [4], [1])),
    refusedTensor('a storage smaller than its file', tensorOf(storageOf('0', 3), 0, [3], [1])),
    refusedTensor('a storage of 2^53 elements', tensorOf(storageOf('0', 2 ** 53), 0, [1], [1])),
    refusedTensor('a storage of -1 elements', tensorOf(storageOf('0', -1), 0, [1], [1])),
    refusedTensor('a storage that is not there', tensorOf(storageOf('9', 4), 0, [4], [1])),
    refusedTensor('a storage outside', tensorOf(storageOf('../../version', 4), 0, [4], [1])),
    refusedTensor(
      'a storage of complex numbers',
      tensorOf(storageOf('0', 4, 'ComplexFloatStorage'), 0, [4], [1]),
    ),
    refusedTensor('a tensor of a tensor', tensorOf(tensorOf(storage, 0, [4], [1]), 0, [4], [1])),
    refusedTensor('a parameter of text', {
      reduce: [{ global: ['torch._utils', '_rebuild_parameter'] }, { tuple: ['x', true, null] }],
    }),
  ]
}

/** Pickles in well-formed archives, each with something that must be refused or must do no harm. */
export function hostilePickles(): FuzzCase[] {
  return [...callCases(), ...opcodeCases(), ...bombCases(), ...shapeCases()]
}
