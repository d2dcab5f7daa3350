import type { ElementType } from './checkpoint-types.ts'

/** What the restricted pickle reader can make. Containers are shared, never copied. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor

export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}

export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
}

/** A dict or an OrderedDict; made on first use, as an empty one costs an attacker one byte. */
export interface PickleDict {
  readonly kind: 'dict'
  entries: Map<PickleValue, PickleValue> | undefined
}

/** A function or class by name. Only the names that the host knows ever get here. */
export interface PickleGlobal {
  readonly kind: 'global'
  readonly name: string
}

/** A reference to one storage: a flat run of elements in the archive. */
export interface PickleStorage {
  readonly kind: 'storage'
  readonly key: string
  readonly dtype: ElementType
  readonly numElements: number
}

/** A view of a storage; offset, shape and strides have been checked against it. */
export interface PickleTensor {
  readonly kind: 'tensor'
  readonly storage: PickleStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly stride: readonly number[]
}

/** What a value is, for messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'None'
  return typeof value === 'object' ? value.kind : typeof value
}
