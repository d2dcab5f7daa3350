import { Sam2Error } from '../errors.ts'
import { printable } from '../printable.ts'

const MODULE_PREFIX = 'module.'

/** Names without the `module.` that distributed training puts before every one of them. */
export function stripModulePrefix<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const names = [...tensors.keys()]
  if (!names.every((name) => name.startsWith(MODULE_PREFIX))) return tensors
  return new Map(
    Array.from(tensors, ([name, tensor]) => [name.slice(MODULE_PREFIX.length), tensor] as const),
  )
}

/** The error for a tensor that a checkpoint does not hold. */
export function unknownTensor(file: string, name: string): Sam2Error {
  return new Sam2Error(`${file}: got no tensor ${printable(name)}, expected one`, {
    code: 'weights',
    hint: 'Use an official SAM 2 or SAM 2.1 checkpoint.',
    details: { name },
  })
}
