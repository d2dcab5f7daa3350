/** An area for people: m² below a hectare, else hectares, three significant digits at least. */
export function formatArea(areaM2: number): string {
  if (areaM2 < 10_000) return `${Math.round(areaM2)} m2`
  return `${(areaM2 / 10_000).toFixed(2)} ha`
}

/** A share as per cent; with a sign where wanted. */
export function formatPercent(fraction: number, signed = false): string {
  const text = `${(fraction * 100).toFixed(1)} %`
  return signed && fraction > 0 ? `+${text}` : text
}
