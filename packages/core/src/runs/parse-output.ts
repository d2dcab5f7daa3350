import { ScarlineError } from '../errors.ts'

/**
 * What a command wrote as JSON, checked.
 * @param command that writes it, with its arguments: what to run again where it cannot be read
 * @throws ScarlineError `corrupt-file`
 */
export function parseOutput<T>(
  bytes: Uint8Array,
  name: string,
  schema: { parse(value: unknown): T },
  command: string,
): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new ScarlineError(
      `got ${name}, which cannot be read, expected what this version writes`,
      { code: 'corrupt-file', hint: `Run scarline ${command} again.`, cause },
    )
  }
}
