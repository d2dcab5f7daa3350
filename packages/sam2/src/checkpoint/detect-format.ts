import { Sam2Error } from '../errors.ts'
import { type ByteSource, readExactly } from './byte-source.ts'
import type { Checkpoint } from './checkpoint-types.ts'
import { printable } from '../printable.ts'

const HEAD_BYTES = 256
const DOWNLOAD_AGAIN = 'Download the checkpoint itself again; it is a file of 150 MB or more.'

/** First bytes of files that people take for checkpoints, and what to say of them. */
const FOREIGN: readonly {
  begins: (head: string) => boolean
  what: string
  hint: string
}[] = [
  {
    begins: (head) => head.startsWith('version https://git-lfs.github.com/spec/'),
    what: 'a Git LFS pointer',
    hint: 'Fetch the file that it points to with `git lfs pull`.',
  },
  {
    begins: (head) => /^\s*<(!doctype|html|head|\?xml|!--)/i.test(head),
    what: 'a web page',
    hint: DOWNLOAD_AGAIN,
  },
  { begins: (head) => head.startsWith('\x1f\x8b'), what: 'a gzip file', hint: 'Unpack it first.' },
  {
    begins: (head) => head[0] === '\x80' && head.charCodeAt(1) >= 1 && head.charCodeAt(1) <= 5,
    what: "a checkpoint in PyTorch's old form (before 1.6, a bare pickle)",
    hint: "Save it again in today's form: python -c \"import torch; torch.save(torch.load('old.pt', map_location='cpu'), 'new.pt')\".",
  },
  {
    begins: (head) => head.startsWith('PK\x05\x06'),
    what: 'an empty zip archive',
    hint: DOWNLOAD_AGAIN,
  },
  { begins: (head) => /^[\s\x20-\x7e]+$/.test(head), what: 'a text file', hint: DOWNLOAD_AGAIN },
]

/**
 * Tells the two checkpoint formats apart by their first bytes.
 * @throws Sam2Error `checkpoint` saying what the file is instead
 */
export async function detectFormat(source: ByteSource): Promise<Checkpoint['format']> {
  const { name, size } = source
  if (size === 0) {
    throw new Sam2Error(`${name}: got an empty file, expected a checkpoint`, {
      code: 'checkpoint',
      hint: DOWNLOAD_AGAIN,
    })
  }
  const head = await readExactly(source, 0, Math.min(size, HEAD_BYTES))
  // One character a byte, so that patterns see bytes.
  const text = String.fromCharCode(...head)
  if (text.startsWith('PK\x03\x04')) return 'pytorch'
  const foreign = FOREIGN.find(({ begins }) => begins(text))
  if (foreign) {
    throw new Sam2Error(
      `${name}: got ${foreign.what}, expected a .pt (zip form) or .safetensors checkpoint`,
      { code: 'checkpoint', hint: foreign.hint },
    )
  }
  // A safetensors header: its length as eight bytes, then JSON.
  if (text[8] === '{' && text.slice(4, 8) === '\0\0\0\0') return 'safetensors'
  throw new Sam2Error(
    `${name}: got a file that begins with ${printable(hex(head))}, expected a .pt or .safetensors checkpoint`,
    { code: 'checkpoint', hint: 'Give an official SAM 2 or SAM 2.1 checkpoint.' },
  )
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
