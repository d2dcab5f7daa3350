const M2_PER_HA = 10_000

/**
 * `16.5 ha`, `8970 m²`: an area in words, three figures; hectares from one on.
 *
 * @param besideM2 areas that it is told with, to be told in one unit
 */
export function areaWords(areaM2: number, ...besideM2: number[]): string {
  const isHa = [areaM2, ...besideM2].some((area) => Math.abs(area) >= M2_PER_HA)
  return isHa ? `${threeFigures(areaM2 / M2_PER_HA)} ha` : `${threeFigures(areaM2)} m²`
}

/** `2.19 ha (90 % interval 2.01 to 2.35 ha)`, `0.81 ha (90 % interval 0.52 to 1.09 ha)`: all in one unit. */
export function intervalWords(areaM2: number, lowM2: number, highM2: number): string {
  const [area, low, high] = [
    areaWords(areaM2, lowM2, highM2),
    areaWords(lowM2, areaM2, highM2),
    areaWords(highM2, areaM2, lowM2),
  ]
  return `${area} (90 % interval ${withOneUnit(low, high)})`
}

/** `46.1 to 112 m² a day` from `46.1 m² a day` and `112 m² a day` */
export function withOneUnit(low: string, high: string): string {
  return `${low.slice(0, low.indexOf(' '))} to ${high}`
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
