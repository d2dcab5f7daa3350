/** `16.5 ha`, `8970 m²`: an area in words, three figures. */
export function areaWords(areaM2: number): string {
  if (Math.abs(areaM2) >= 10_000) return `${threeFigures(areaM2 / 10_000)} ha`
  return `${threeFigures(areaM2)} m²`
}

/** `242 m² a day` */
export function rateWords(rateM2PerDay: number): string {
  return `${threeFigures(rateM2PerDay)} m² a day`
}

/** `12 %` */
export function shareWords(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** `p = 0.005` */
export function chanceWords(pValue: number): string {
  return `p ${pValue < 0.001 ? '< 0.001' : `= ${pValue.toFixed(3)}`}`
}

function threeFigures(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return String(Math.round(value / 10) * 10)
  if (size >= 100) return String(Math.round(value))
  return size >= 10 ? value.toFixed(1) : value.toFixed(2)
}
