import Graticule from 'ol/layer/Graticule'
import Fill from 'ol/style/Fill'
import Stroke from 'ol/style/Stroke'
import Text from 'ol/style/Text'
import { tokenColour } from './map-colours.ts'

/** Steps between lines of the graticule, degrees. */
const INTERVALS_DEG = [
  30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005,
] as const
const TARGET_PX = 130
const METRES_PER_DEGREE = 111_320

/** Decimals that all labels of a graticule have at a resolution, metres per pixel. */
export function graticuleDigits(resolution: number): number {
  const least = (TARGET_PX * resolution) / METRES_PER_DEGREE
  const interval = INTERVALS_DEG.findLast((one) => one > least) ?? 30
  return Math.max(0, Math.ceil(-Math.log10(interval) - 1e-9))
}

/** Meridians and parallels with their degrees; `digits` says how many decimals. */
export function makeGraticule(digits: () => number): Graticule {
  const text = (place: ConstructorParameters<typeof Text>[0]): Text =>
    new Text({
      font: '11px system-ui, sans-serif',
      fill: new Fill({ color: tokenColour('--muted') }),
      stroke: new Stroke({ color: tokenColour('--sunk'), width: 3 }),
      ...place,
    })
  return new Graticule({
    strokeStyle: new Stroke({ color: tokenColour('--rule'), width: 1 }),
    showLabels: true,
    wrapX: true,
    targetSize: TARGET_PX,
    lonLabelFormatter: (lng) => degreesText(lng, 'E', 'W', digits()),
    latLabelFormatter: (lat) => degreesText(lat, 'N', 'S', digits()),
    lonLabelPosition: 0.02,
    latLabelPosition: 0.99,
    // Beside the lines, which would strike them out.
    lonLabelStyle: text({ textBaseline: 'bottom', textAlign: 'start', offsetX: 4 }),
    latLabelStyle: text({ textBaseline: 'bottom', textAlign: 'end', offsetY: -2 }),
    intervals: [...INTERVALS_DEG],
  })
}

function degreesText(degrees: number, positive: string, negative: string, digits: number): string {
  const letter = degrees > 0 ? ` ${positive}` : degrees < 0 ? ` ${negative}` : ''
  return `${Math.abs(degrees).toFixed(digits)}°${letter}`
}
