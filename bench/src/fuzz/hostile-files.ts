import { concat, littleEndian, textBytes } from './bytes.ts'
import type { FuzzCase } from './fuzz-case.ts'
import {
  floatBytes,
  makePytorch,
  makePytorchArchive,
  makeSafetensorsFile,
  storageOf,
  tensorOf,
} from './make-checkpoint.ts'
import { makePickle } from './make-pickle.ts'
import { makeZip } from './make-zip.ts'

const TENSOR = { name: 'w', shape: [2, 2], values: [1, 2, 3, 4] }

function refused(name: string, bytes: Uint8Array): FuzzCase {
  return { name, bytes, expected: 'refused' }
}

/** A byte tensor in a compressed storage that unpacks to that many zeros. */
function zipBomb(bytes: number): Uint8Array {
  const pickle = makePickle({
    dict: [['w', tensorOf(storageOf('0', bytes, 'ByteStorage'), 0, [bytes], [1])]],
  })
  return makePytorchArchive(pickle, new Map([['0', new Uint8Array(bytes)]]), { deflate: true })
}

function zipCases(): FuzzCase[] {
  const pickle = makePickle({ dict: [['w', tensorOf(storageOf('0', 4), 0, [4], [1])]] })
  const storage = { name: 'archive/data/0', data: floatBytes([1, 2, 3, 4]) }
  const whole = (...files: Parameters<typeof makeZip>[0]): Uint8Array => makeZip(files)
  const main = { name: 'archive/data.pkl', data: pickle }
  const good = whole(main, storage)
  const encrypted = good.slice()
  // Both copies of the general purpose flags: the local header's and the directory's.
  encrypted[6] = (encrypted[6] as number) | 1
  const central = good.length - 22 - new DataView(good.buffer).getUint32(good.length - 10, true)
  const directory = new DataView(good.buffer).getUint32(good.length - 6, true)
  encrypted[directory + 8] = (encrypted[directory + 8] as number) | 1
  return [
    { name: 'a small archive', bytes: good, expected: 'loaded' },
    refused('encrypted', encrypted),
    refused('a directory of nothing', good.slice(0, central)),
    refused('two pickles', whole(main, { ...main, name: 'other/data.pkl' }, storage)),
    refused('the same file twice', whole(main, storage, storage)),
    refused('no pickle', whole(storage)),
    refused(
      'a TorchScript program',
      whole(main, storage, { name: 'archive/constants.pkl', data: pickle }),
    ),
    refused('big-endian values', makePytorch([TENSOR], { byteOrder: 'big' })),
    refused('a megabyte of byte order', makePytorch([TENSOR], { byteOrder: 'x'.repeat(1e6) })),
    refused('a wrong checksum of the pickle', whole({ ...main, declaredCrc32: 1 }, storage)),
    refused('a wrong checksum of values', whole(main, { ...storage, declaredCrc32: 1 })),
    refused('a pickle of 4 GB, it says', whole({ ...main, declaredSize: 0xfffffffe }, storage)),
    refused(
      'a packed pickle of 4 GB, it says',
      whole({ ...main, deflate: true, declaredSize: 0xfffffffe }, storage),
    ),
    refused(
      'values larger than they say',
      whole(main, {
        ...storage,
        data: floatBytes([1, 2, 3, 4, 5]),
        deflate: true,
        declaredSize: 16,
      }),
    ),
    refused(
      'values smaller than they say',
      whole(main, { ...storage, data: floatBytes([1, 2]), deflate: true, declaredSize: 16 }),
    ),
    refused(
      'a pickle bomb',
      whole({ ...main, data: new Uint8Array(32 * 2 ** 20), deflate: true }, storage),
    ),
  ]
}

function safetensorsCases(): FuzzCase[] {
  const data = floatBytes([1, 2, 3, 4])
  const entry = { dtype: 'F32', shape: [4], data_offsets: [0, 16] }
  const file = (name: string, header: unknown, bytes: Uint8Array = data): FuzzCase =>
    refused(`safetensors: ${name}`, makeSafetensorsFile(header, bytes))
  const prefix = (name: string, length: number | bigint): FuzzCase =>
    refused(`safetensors: ${name}`, concat(littleEndian(length, 8), textBytes('{"w":1}'), data))
  return [
    {
      name: 'safetensors: right',
      bytes: makeSafetensorsFile({ w: entry }, data),
      expected: 'loaded',
    },
    prefix('a header of 2^63 bytes', 2n ** 63n),
    prefix('a header of 4 GB', 0xfffffff0),
    prefix('a header beyond the end', 1000),
    prefix('no header', 0),
    file('nested a million deep', `{"w":${'['.repeat(1e6)}${']'.repeat(1e6)}}`),
    file(
      'a shape nested a million deep',
      `{"w":{"dtype":"F32","data_offsets":[0,16],"shape":[${'['.repeat(1e6)}${']'.repeat(1e6)}]}}`,
    ),
    file(
      'a dtype nested a million deep',
      `{"w":{"shape":[4],"data_offsets":[0,16],"dtype":${'['.repeat(1e6)}${']'.repeat(1e6)}}}`,
    ),
    file('header cut short', '{"w":{"dtype":"F32",'),
    file('a list', '[1,2,3]'),
    file('no object for a tensor', { w: 1 }),
    file('metadata of numbers', { __metadata__: { a: 1 }, w: entry }),
    file('a negative offset', { w: { ...entry, data_offsets: [-16, 0] } }),
    file('a fractional offset', { w: { ...entry, data_offsets: [0.5, 16.5] } }),
    file('offsets beyond the end', { w: { ...entry, data_offsets: [16, 32] } }),
    file('offsets of 2^53', { w: { ...entry, data_offsets: [2 ** 53, 2 ** 53 + 16] } }),
    file('turned offsets', { w: { ...entry, data_offsets: [16, 0] } }),
    file('overlapping tensors', { a: entry, b: entry }),
    file('a hole', { a: entry, b: { ...entry, data_offsets: [20, 36] } }, new Uint8Array(36)),
    file('bytes after the end', { w: entry }, new Uint8Array(17)),
    file('data cut short', { w: entry }, new Uint8Array(15)),
    file('a negative size', { w: { ...entry, shape: [-4] } }),
    file('a product that overflows', { w: { ...entry, shape: [2 ** 32, 2 ** 32] } }),
    file('a size of 1e308', `{"w":{"dtype":"F32","shape":[1e308,1e308],"data_offsets":[0,16]}}`),
    file('a thousand sizes', { w: { ...entry, shape: Array.from({ length: 1000 }, () => 1) } }),
    file('a dtype from the prototype', { w: { ...entry, dtype: 'constructor' } }),
    file(
      'a tensor named __proto__',
      `{"__proto__":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}`,
    ),
  ]
}

function foreignCases(): FuzzCase[] {
  const text = (name: string, content: string): FuzzCase => refused(name, textBytes(content))
  return [
    text('an empty file', ''),
    text('a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
    text('a web page', '<!DOCTYPE html><html><body>404</body></html>'),
    text('a JSON answer', '{"error":"Repository not found"}'),
    text('a zip signature alone', 'PK\u0003\u0004'),
    refused('zeros', new Uint8Array(4096)),
    refused('an old pickle', makePickle({ dict: [] })),
    refused('gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)),
  ]
}

/** Files that are no checkpoints, or that lie about their sizes. */
export function hostileFiles(): FuzzCase[] {
  return [...zipCases(), ...safetensorsCases(), ...foreignCases()]
}

/** Archives that unpack to far more than they weigh; slow to make. */
export function zipBombs(): FuzzCase[] {
  return [
    { name: 'a zip bomb of 64 MB', bytes: zipBomb(64 * 2 ** 20), expected: 'any' },
    refused('a zip bomb of 257 MB', zipBomb(257 * 2 ** 20)),
  ]
}
