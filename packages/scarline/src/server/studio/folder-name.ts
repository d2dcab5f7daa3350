/** Names that Windows keeps for itself, whatever comes after a dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i
const LONGEST = 60

/**
 * A folder's name for a site: the letters and digits of any script, the rest as hyphens; numbered
 * where it is taken.
 *
 * @param taken names there are, compared without case as some file systems do
 */
export function folderName(name: string, taken: readonly string[]): string {
  const plain = [...name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')]
    .slice(0, LONGEST)
    .join('')
    .replaceAll(/^-+|-+$/g, '')
  const stem = plain === '' || RESERVED.test(plain) ? `site-${plain}`.replace(/-$/, '') : plain
  const used = new Set(taken.map((one) => one.normalize('NFC').toLowerCase()))
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? stem : `${stem}-${count}`
    if (!used.has(candidate.toLowerCase())) return candidate
  }
}
