import type { MaskBoundaries } from '@scarline/core/model'
import GeoJSON from 'ol/format/GeoJSON'
import VectorLayer from 'ol/layer/Vector'
import VectorSource from 'ol/source/Vector'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'

/** The boundary of another year in its colour. */
export interface YearLine {
  /** Equal keys, equal boundaries. */
  key: string
  colour: string
  /** In the site's coordinate system. */
  boundaries: MaskBoundaries
}

/** A layer of boundaries of other years. */
export function createYearLayer(): {
  layer: VectorLayer
  show(lines: readonly YearLine[]): void
} {
  const source = new VectorSource()
  const format = new GeoJSON()
  const layer = new VectorLayer({ source, zIndex: 5, updateWhileAnimating: false })
  let shown = ''
  return {
    layer,
    show(lines) {
      const key = lines.map((line) => `${line.key} ${line.colour}`).join()
      if (key === shown) return
      shown = key
      source.clear(true)
      for (const { colour, boundaries } of lines) {
        const style = [
          new Style({ stroke: new Stroke({ color: 'rgb(0 0 0 / 60%)', width: 3.2 }) }),
          new Style({ stroke: new Stroke({ color: colour, width: 1.8 }) }),
        ]
        for (const feature of format.readFeatures(boundaries)) {
          feature.setStyle(style)
          source.addFeature(feature)
        }
      }
    },
  }
}
