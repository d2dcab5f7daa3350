import { concat, littleEndian } from './bytes.ts'
import type { Random } from './random.ts'

/** Values that break readers of sizes and offsets. */
const EDGES: readonly (number | bigint)[] = [
  0,
  1,
  0x7f,
  0x80,
  0xff,
  0x7fff,
  0xffff,
  0x7fffffff,
  0x80000000,
  0xffffffff,
  0xffffffffffffffffn,
  0x7fffffffffffffffn,
  0x10000000000n,
]

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bit flips': (bytes, random) => {
    const changed = bytes.slice()
    for (let i = random.index(8); i >= 0; i--) {
      const at = random.index(changed.length)
      changed[at] = (changed[at] as number) ^ (1 << random.index(8))
    }
    return changed
  },
  truncation: (bytes, random) => bytes.slice(0, random.index(bytes.length)),
  'cut out': (bytes, random) => {
    const start = random.index(bytes.length)
    return concat(bytes.subarray(0, start), bytes.subarray(start + 1 + random.index(64)))
  },
  'doubled piece': (bytes, random) => {
    const start = random.index(bytes.length)
    const end = Math.min(bytes.length, start + 1 + random.index(256))
    return concat(bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end))
  },
  'moved piece': (bytes, random) => {
    const changed = bytes.slice()
    const from = random.index(bytes.length)
    const piece = bytes.slice(from, from + 1 + random.index(64))
    changed.set(piece, random.index(bytes.length - piece.length + 1))
    return changed
  },
  'edge value': (bytes, random) => {
    const changed = bytes.slice()
    const size = [1, 2, 4, 8][random.index(4)] as number
    const value = EDGES[random.index(EDGES.length)] as number | bigint
    const edge = littleEndian(value, size).subarray(0, bytes.length)
    changed.set(edge, random.index(bytes.length - edge.length + 1))
    return changed
  },
  'other digit': (bytes, random) => {
    const changed = bytes.slice()
    const digits = [...bytes.keys()].filter((i) => (bytes[i] as number) >> 3 === 6)
    const at = digits[random.index(digits.length)]
    if (at !== undefined) changed[at] = 0x30 + random.index(10)
    return changed
  },
}

/** What {@link mutate} does, by name. */
export const MUTATION_NAMES: readonly string[] = Object.keys(MUTATIONS)

/** A damaged copy. */
export function mutate(bytes: Uint8Array, mutation: string, random: Random): Uint8Array {
  return (MUTATIONS[mutation] as Mutation)(bytes, random)
}

/** The beginning of one file and the end of another. */
export function splice(a: Uint8Array, b: Uint8Array, random: Random): Uint8Array {
  return concat(a.subarray(0, random.index(a.length)), b.subarray(random.index(b.length)))
}
