const MAX_SHOWN = 80
/** Controls, line ends and direction marks that JSON leaves as they are. */
const INVISIBLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Text out of a file, made fit for a one-line message: escaped, shortened. */
export function printable(text: string): string {
  return visible(JSON.stringify(shorten(text)).slice(1, -1))
}

/** A value out of a JSON file, made fit for a one-line message. */
export function printableJson(value: unknown): string {
  return visible(shorten(JSON.stringify(value)))
}

function visible(text: string): string {
  return text.replaceAll(INVISIBLE, '?')
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** A shape as PyTorch writes it; what is no number shows as a question mark. */
export function printableShape(shape: readonly unknown[]): string {
  const isNumber = (size: unknown) => typeof size === 'number' || typeof size === 'bigint'
  return `[${shape.map((size) => (isNumber(size) ? String(size) : '?')).join(', ')}]`
}
