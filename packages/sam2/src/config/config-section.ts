import { Sam2Error } from '../errors.ts'
import { printable, printableJson } from '../printable.ts'

/** One object of a configuration, remembering which of its keys have been read. */
export interface ConfigSection {
  /** Where it stands, for messages: `model.image_encoder.trunk`. */
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
  readonly read: Set<string>
}

/** @throws Sam2Error `config` when the value is no object */
export function openSection(value: unknown, path: string): ConfigSection {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { path, values: value as Record<string, unknown>, read: new Set() }
  }
  throw configError(path, value, 'an object')
}

/** The object under a key. */
export function childSection(section: ConfigSection, key: string): ConfigSection {
  return openSection(valueOf(section, key, undefined), `${section.path}.${key}`)
}

/**
 * Checks the class of a section, by the last part of its `_target_`.
 * @throws Sam2Error `config`
 */
export function expectTarget(section: ConfigSection, classes: readonly string[]): void {
  const target = valueOf(section, '_target_', classes[0])
  const name = typeof target === 'string' ? target.split('.').at(-1) : undefined
  if (name === undefined || !classes.includes(name)) {
    throw configError(`${section.path}._target_`, target, classes.join(' or '))
  }
}

/** The value of a key, `fallback` (upstream's default) where it is missing. */
export function valueOf(section: ConfigSection, key: string, fallback: unknown): unknown {
  section.read.add(key)
  return Object.hasOwn(section.values, key) ? section.values[key] : fallback
}

/** @throws Sam2Error `config` when it is no boolean */
export function booleanOf(section: ConfigSection, key: string, fallback: boolean): boolean {
  const value = valueOf(section, key, fallback)
  if (typeof value === 'boolean') return value
  throw configError(`${section.path}.${key}`, value, 'true or false')
}

/** @throws Sam2Error `config` when it is no finite number */
export function numberOf(section: ConfigSection, key: string, fallback: number): number {
  const value = valueOf(section, key, fallback)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw configError(`${section.path}.${key}`, value, 'a number')
}

/** @throws Sam2Error `config` when it is no whole number from `least` to `most` */
export function integerOf(
  section: ConfigSection,
  key: string,
  fallback: number | undefined,
  least: number,
  most: number,
): number {
  const value = valueOf(section, key, fallback)
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number
  }
  throw configError(`${section.path}.${key}`, value, `a whole number from ${least} to ${most}`)
}

/** @throws Sam2Error `config` when it is no list of whole numbers from `least` to `most` */
export function integersOf(
  section: ConfigSection,
  key: string,
  fallback: readonly number[] | undefined,
  least: number,
  most: number,
): number[] {
  const value = valueOf(section, key, fallback)
  const fits = (item: unknown): boolean =>
    Number.isInteger(item) && (item as number) >= least && (item as number) <= most
  if (Array.isArray(value) && value.length <= most + 1 && value.every(fits)) return [...value]
  throw configError(`${section.path}.${key}`, value, `whole numbers from ${least} to ${most}`)
}

/**
 * Checks an option of which only one value is built here.
 * @param fallback upstream's default, which may be one that is not supported
 * @throws Sam2Error `config`
 */
export function expectValue(
  section: ConfigSection,
  key: string,
  fallback: unknown,
  supported: unknown,
): void {
  const value = valueOf(section, key, fallback)
  if (JSON.stringify(value) !== JSON.stringify(supported)) {
    throw configError(`${section.path}.${key}`, value, JSON.stringify(supported))
  }
}

/** Marks keys as known that change nothing here: training, compilation, caches. */
export function skipKeys(section: ConfigSection, keys: readonly string[]): void {
  for (const key of keys) section.read.add(key)
}

/**
 * Called when everything known of a section has been read.
 * @throws Sam2Error `config` naming a key that nobody read
 */
export function closeSection(section: ConfigSection): void {
  const unknown = Object.keys(section.values).find((key) => !section.read.has(key))
  if (unknown === undefined) return
  throw new Sam2Error(
    `got an unknown option ${printable(`${section.path}.${unknown}`)}, expected the options of SAM 2`,
    { code: 'config', hint: 'Give a configuration as SAM 2 writes it.' },
  )
}

/** The error for a value that is not supported. */
export function configError(path: string, got: unknown, expected: string): Sam2Error {
  const shown = got === undefined ? 'nothing' : printableJson(got)
  return new Sam2Error(`got ${shown} for ${path}, expected ${expected}`, {
    code: 'config',
    hint: 'Use the configuration of an official SAM 2 model, or one that differs in sizes only.',
    details: { path },
  })
}
