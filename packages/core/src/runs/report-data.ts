import { simplifyRing, traceBoundaries } from '../analysis/boundaries.ts'
import { evolutionSchema } from '../analysis/evolution-schema.ts'
import { tellEvolution } from '../analysis/evolution-summary.ts'
import { analysisSummarySchema } from '../analysis/summary.ts'
import { ScarlineError } from '../errors.ts'
import type { Frame, FrameList } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { Prompt } from '../model/prompt.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import type { Measurements } from '../model/studio-api-analysis.ts'
import type { Track } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { verificationSchema } from '../verification/report.ts'
import { ANALYSIS_FILES } from './analysis-files.ts'
import { parseOutput } from './parse-output.ts'
import { PLAUSIBILITY_FILE, plausibilitySchema } from './report-plausibility.ts'
import { type TrackedSeries, readByteRaster, requireTrack } from './tracked-series.ts'

/** Everything that a report is written from, but for the pictures. */
export interface ReportData extends Measurements {
  site: Site
  scenes: Scene[]
  frames: FrameList
  track: Track
  prompts: Prompt[]
}

/** A picture of a frame with the outlines of its masks. */
export interface FrameFigure {
  frameIndex: number
  widthPx: number
  heightPx: number
  webp: Uint8Array
  /** Per object with a mask: closed rings in pixels of the picture, flat `[x0, y0, x1, y1, ...]`. */
  outlines: { objectId: number; rings: number[][] }[]
}

/** How large a {@link FrameFigure} is to be. */
export interface FigureSize {
  /** Longer side, pixels. */
  edgePx: number
  /** WebP quality, 1..100. */
  quality: number
  /** How hard to try for few bytes, 0 (fast) to 6; default 4. */
  effort?: number
}

/**
 * Reads what a report needs.
 * @throws ScarlineError `missing-step` before `track` and `analyse`; `corrupt-file`
 */
export async function readReportData(folder: SiteFolder): Promise<ReportData> {
  const { list, track } = await requireTrack(folder)
  const analysis = await readAnalysis(folder, ANALYSIS_FILES.summary, analysisSummarySchema)
  const evolution = await readAnalysis(folder, ANALYSIS_FILES.events, evolutionSchema)
  const verified = await folder.files.readIfExists('verification.json')
  const judged = await folder.files.readIfExists(PLAUSIBILITY_FILE)
  return {
    site: await folder.readSite(),
    scenes: await folder.readScenes(),
    frames: list,
    track,
    prompts: await folder.readPrompts(),
    analysis,
    evolution,
    told: analysis.objects.map((summary) => {
      const own = evolution.objects.find(({ objectId }) => objectId === summary.objectId)
      return own === undefined ? { lead: [], more: [] } : tellEvolution(summary, own)
    }),
    plausibility:
      judged === null
        ? null
        : parseOutput(judged, PLAUSIBILITY_FILE, plausibilitySchema, 'plausibility'),
    verification:
      verified === null
        ? null
        : parseOutput(verified, 'verification.json', verificationSchema, 'verify --truth FILE'),
  }
}

async function readAnalysis<T>(
  folder: SiteFolder,
  name: string,
  schema: { parse(value: unknown): T },
): Promise<T> {
  const bytes = await folder.files.readIfExists(name)
  if (bytes !== null) return parseOutput(bytes, name, schema, 'analyse')
  throw new ScarlineError(`got a site without ${name}, expected an analysis`, {
    code: 'missing-step',
    hint: 'Run scarline analyse first.',
  })
}

/** Masks that the analysis did not measure as they are now: it is older than the track. */
export function countStaleAreas({ track, analysis }: ReportData): number {
  const measured = new Map(
    analysis.objects.flatMap(({ areas }) =>
      areas.map((row) => [`${row.sceneId} ${row.objectId}`, row.areaM2] as const),
    ),
  )
  return track.frames.filter((frame) => {
    const areaM2 = measured.get(`${frame.sceneId} ${frame.objectId}`)
    return areaM2 === undefined || Math.abs(areaM2 - frame.areaM2) > 0.5
  }).length
}

/** A frame's picture, scaled down to `edgePx`, and the outlines of its masks. */
export async function drawFrameFigure(
  folder: SiteFolder,
  grid: Grid,
  frame: Frame,
  series: readonly TrackedSeries[],
  size: FigureSize,
): Promise<FrameFigure> {
  const { widthPx, heightPx, webp } = await encodeFramePicture(folder, frame, size)
  const outlines: FrameFigure['outlines'] = []
  for (const { objectId, entries } of series) {
    const entry = entries.find((one) => one.frame.index === frame.index)
    if (entry === undefined) continue
    const mask = await readByteRaster(folder, entry.tracked.mask, grid)
    const pixelGrid: Grid = { ...grid, transform: [1, 0, 0, 0, 1, 0] }
    const scaleX = widthPx / grid.width
    const scaleY = heightPx / grid.height
    const toleranceGridPx = 0.6 / Math.min(scaleX, scaleY)
    const rings = traceBoundaries(mask, pixelGrid)
      .coordinates.flat()
      .map((ring) =>
        simplifyRing(ring, toleranceGridPx).flatMap(([x = 0, y = 0]) => [x * scaleX, y * scaleY]),
      )
    outlines.push({ objectId, rings })
  }
  return { frameIndex: frame.index, widthPx, heightPx, webp, outlines }
}

/** A frame's picture alone, scaled down to `edgePx`. */
export async function encodeFramePicture(
  folder: SiteFolder,
  frame: Frame,
  { edgePx, quality, effort = 4 }: FigureSize,
): Promise<{ widthPx: number; heightPx: number; webp: Uint8Array }> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(await folder.files.read(frame.files.picture))
    .resize({ width: edgePx, height: edgePx, fit: 'inside', withoutEnlargement: true })
    .webp({ quality, effort })
    .toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, webp: data }
}
