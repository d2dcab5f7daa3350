import { dayOfYear } from './days.ts'

/** Where the sun stands, degrees; azimuth clockwise from north. */
export interface SunPosition {
  azimuthDeg: number
  elevationDeg: number
}

const RADIANS = Math.PI / 180

/**
 * Sun position at local solar time 10:33, when Sentinel-2 passes; declination after Cooper (1969).
 *
 * @param latDeg latitude, degrees
 */
export function sunAtPass(day: number, latDeg: number): SunPosition {
  const declination =
    23.45 * RADIANS * Math.sin((2 * Math.PI * (284 + dayOfYear(day) + 1)) / 365.25)
  const hourAngle = (10.55 - 12) * 15 * RADIANS
  const lat = latDeg * RADIANS
  const sinElevation =
    Math.sin(lat) * Math.sin(declination) +
    Math.cos(lat) * Math.cos(declination) * Math.cos(hourAngle)
  const elevation = Math.asin(sinElevation)
  const azimuth = Math.atan2(
    -Math.cos(declination) * Math.sin(hourAngle),
    Math.cos(lat) * Math.sin(declination) -
      Math.sin(lat) * Math.cos(declination) * Math.cos(hourAngle),
  )
  return { azimuthDeg: (azimuth / RADIANS + 360) % 360, elevationDeg: elevation / RADIANS }
}
