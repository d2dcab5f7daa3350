import { type MapPoint, lngLatOf } from '../../map/site-projection.ts'
import type { Language } from '../../words/language.ts'
import { CATALOGUES } from '../../words/use-words.ts'

/** A place as degrees and on the site's own grid. */
export function placeText(language: Language, epsg: number, point: MapPoint): string {
  const { map } = CATALOGUES[language].track
  const [lng, lat] = lngLatOf(epsg, point)
  const degrees = map.place(lat.toFixed(5), lng.toFixed(5))
  return `${degrees} · ${map.grid(point[0].toFixed(0), point[1].toFixed(0), epsg)}`
}
