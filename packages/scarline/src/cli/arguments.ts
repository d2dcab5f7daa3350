/**
 * What was written on the command line, as the option parser is to see it: a blank before values such as
 * `-71.2,-33.4`, so that a western longitude is not taken for an option; `help track` as `track --help`.
 */
export function readArguments(argv: readonly string[]): string[] {
  const [first, second, ...rest] = argv.map((value) =>
    /^-\d[\d.eE+-]*(\s*,\s*[-+\d.eE]+)+$/.test(value) ? ` ${value}` : value,
  )
  if (first === undefined) return []
  if (second === undefined) return [first]
  return first === 'help' ? [second, ...rest, '--help'] : [first, second, ...rest]
}
