/** A value of a CSV cell; null stays empty. */
export type CsvValue = string | number | boolean | null

/** A CSV document (RFC 4180, line feeds): a header line, then one line per row. */
export function toCsv(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  const lines = [columns, ...rows].map((row) => row.map(cell).join(','))
  return `${lines.join('\n')}\n`
}

function cell(value: CsvValue): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rounded to a number of decimals, for files that people read. */
export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}
