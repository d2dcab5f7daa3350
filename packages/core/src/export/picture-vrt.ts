import type { Grid } from '../model/grid.ts'
import { element, textElement, writeXml } from './xml.ts'

const BANDS = ['Red', 'Green', 'Blue'] as const

/**
 * A GDAL virtual raster that tells where a picture of the site grid lies: the picture stays as it is.
 *
 * @param source the picture, relative to the VRT
 */
export function pictureVrt(grid: Grid, source: string): string {
  const { width, height, transform: t } = grid
  const rect = { xOff: 0, yOff: 0, xSize: width, ySize: height }
  return writeXml(
    element('VRTDataset', { rasterXSize: width, rasterYSize: height }, [
      textElement('SRS', `EPSG:${grid.epsg}`),
      // GDAL's order: x of the corner, x per column, x per row, then y.
      textElement('GeoTransform', [t[2], t[0], t[1], t[5], t[3], t[4]].join(', ')),
      ...BANDS.map((name, i) =>
        element('VRTRasterBand', { dataType: 'Byte', band: i + 1 }, [
          textElement('ColorInterp', name),
          element('SimpleSource', {}, [
            element('SourceFilename', { relativeToVRT: 1 }, [source]),
            textElement('SourceBand', String(i + 1)),
            element('SrcRect', rect),
            element('DstRect', rect),
          ]),
        ]),
      ),
    ]),
  )
}
