import { readRaster } from '../cog/read-geotiff.ts'
import { ScarlineError } from '../errors.ts'
import { hillshade } from '../frames/hillshade.ts'
import { colourProbability, colourValidity } from '../frames/layer-colours.ts'
import type { Frame } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { FrameLayer } from '../model/studio-api-frames.ts'
import type { TrackedFrame } from '../model/track.ts'
import { planSampling, resampleBilinear } from '../raster/resample.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ELEVATION_CACHE } from './site-terrain.ts'
import { readByteRaster } from './tracked-series.ts'

const QUALITY = 88
const EFFORT = 2

/** What a layer is drawn from. */
export interface LayerRequest {
  grid: Grid
  frame: Frame
  /** Whose probability; null for the other layers, or where there is no mask. */
  tracked: TrackedFrame | null
}

/** The file that a layer of a frame is drawn from, relative to the site folder; null without one. */
export function layerFile(layer: FrameLayer, { frame, tracked }: LayerRequest): string | null {
  switch (layer) {
    case 'ndvi':
      return frame.files.picture
    case 'truecolour':
      return frame.files.trueColour
    case 'falsecolour':
      return frame.files.falseColour
    case 'probability':
      return tracked?.probability ?? null
    case 'validity':
      return frame.files.validity
    case 'hillshade':
      return ELEVATION_CACHE.raster
  }
}

/**
 * Draws a layer on the pixels of the site grid: a WebP; `probability` and `validity` let what lies
 * below show through.
 *
 * @throws ScarlineError `not-found` where the site has no such layer; `corrupt-file`
 */
export async function encodeFrameLayer(
  folder: SiteFolder,
  layer: FrameLayer,
  request: LayerRequest,
): Promise<Uint8Array> {
  const file = layerFile(layer, request)
  const bytes = file === null ? null : await folder.files.readIfExists(file)
  if (file === null || bytes === null) throw missingLayer(layer)
  const { default: sharp } = await import('sharp')
  const { grid } = request
  const { width, height } = grid
  if (layer === 'probability' || layer === 'validity') {
    const codes = await readByteRaster(folder, file, grid)
    const pixels = layer === 'validity' ? colourValidity(codes) : colourProbability(codes)
    return sharp(pixels, { raw: { width, height, channels: 4 } })
      .webp({ lossless: true, effort: EFFORT })
      .toBuffer()
  }
  if (layer === 'hillshade') {
    const { grid: from, data } = await readRaster(bytes, file)
    const onGrid = resampleBilinear(Float32Array.from(data), planSampling(from, grid))
    return sharp(hillshade(onGrid, grid), { raw: { width, height, channels: 1 } })
      .webp({ quality: QUALITY, effort: EFFORT })
      .toBuffer()
  }
  return sharp(bytes).webp({ quality: QUALITY, effort: EFFORT }).toBuffer()
}

function missingLayer(layer: FrameLayer): ScarlineError {
  const words: Record<FrameLayer, { what: string; hint: string }> = {
    ndvi: { what: 'no picture', hint: 'Make the frames again.' },
    truecolour: { what: 'no true colour', hint: 'Its archive delivered no blue band.' },
    falsecolour: { what: 'no false colour', hint: 'Its archive delivered no near infrared band.' },
    probability: { what: 'no probability', hint: 'Track the object first.' },
    validity: { what: 'no validity', hint: 'Make the frames again.' },
    hillshade: { what: 'no elevations yet', hint: 'Run the analysis: it reads them where it can.' },
  }
  return new ScarlineError(`the frame has ${words[layer].what}`, {
    code: 'not-found',
    hint: words[layer].hint,
  })
}
