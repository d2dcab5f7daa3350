import { pictureVrt } from '../export/picture-vrt.ts'
import { type ProjectFrame, planBoundaryStyle, planProject } from '../export/qgis-project.ts'
import { QGIS_MARK } from '../export/qgis-style.ts'
import { describeVector } from '../gdal/convert-vector.ts'
import { PICTURE_NDVI } from '../frames/picture.ts'
import type { Frame } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { Run } from '../model/run-event.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { BOUNDARIES_FILE, readBoundaries } from './export-boundaries.ts'
import { countStaleAreas, readReportData } from './report-data.ts'
import { type TrackedSeries, requireTrack } from './tracked-series.ts'

/** Settings of {@link exportQgis}. */
export interface ExportQgisOptions {
  signal?: AbortSignal
}

/** What {@link exportQgis} wrote. */
export interface ExportQgisSummary {
  /** Relative to the site folder. */
  project: string
  style: string
  /** Files that somebody has saved from QGIS since and that were left alone. */
  kept: string[]
}

const FOLDER = 'qgis'
const PROJECT = `${FOLDER}/scar.qgs`
const STYLE = `${FOLDER}/boundaries.qml`
const UP = '../'

/**
 * Writes a QGIS project (`qgis/scar.qgs`, paths relative) that plays the boundaries over the frames,
 * and the style of the boundaries alone (`qgis/boundaries.qml`). Further layers of polygons in the
 * GeoPackage come along as outlines. A project or style that was saved from QGIS since is not overwritten.
 *
 * @throws ScarlineError `missing-step` before `track` and `analyse`
 */
export async function* exportQgis(
  folder: SiteFolder,
  options: ExportQgisOptions = {},
): Run<ExportQgisSummary> {
  const { signal } = options
  const { list, series } = await requireTrack(folder)
  const { grid, frames } = list
  const layers = await describeVector({
    name: BOUNDARIES_FILE,
    bytes: await readBoundaries(folder),
  })
  const stale = countStaleAreas(await readReportData(folder))
  const total = frames.length
  yield { type: 'started', stage: 'qgis', total, message: `a QGIS project of ${total} frames` }
  if (stale > 0) {
    const message = `the analysis is older than ${stale} of the masks; run scarline analyse again`
    yield { type: 'warning', stage: 'qgis', message, item: null }
  }
  for (const kind of ['true-colour', 'false-colour']) await folder.files.remove(`${FOLDER}/${kind}`)
  const planned: ProjectFrame[] = []
  for (const frame of frames) {
    signal?.throwIfAborted()
    planned.push(await projectFrame(folder, grid, frame, series))
    const item = frame.capturedAt.slice(0, 10)
    yield { type: 'progress', stage: 'qgis', done: planned.length, total, item }
  }
  const seen = new Set(
    series.flatMap(({ entries }) =>
      entries.flatMap(({ frame, tracked }) => (tracked.areaM2 > 0 ? frame.sceneId : [])),
    ),
  )
  const boundaryDates = frames
    .filter(({ sceneId }) => seen.has(sceneId))
    .map(({ capturedAt }) => capturedAt)
  const project = planProject({
    title: (await folder.readSite()).name,
    grid,
    crsWkt: layers.find(({ name }) => name === 'boundaries')?.crsWkt ?? '',
    frames: planned,
    boundaries: `${UP}${BOUNDARIES_FILE}`,
    moreLayers: layers
      .filter(({ name, geometryType }) => name !== 'boundaries' && /Polygon/.test(geometryType))
      .map(({ name, columns }) => ({ name, columns })),
    boundaryDates,
    grayNdvi: PICTURE_NDVI,
  })
  const kept: string[] = []
  for (const [name, text] of [
    [PROJECT, project],
    [STYLE, planBoundaryStyle(boundaryDates, series.length > 1)],
  ] as const) {
    if (await isSomebodyElses(folder, name)) {
      kept.push(name)
      const message = `${name} was saved from QGIS and is left as it is; rename it to get a new one`
      yield { type: 'warning', stage: 'qgis', message, item: null }
    } else await folder.files.write(name, text)
  }
  const summary: ExportQgisSummary = { project: PROJECT, style: STYLE, kept }
  yield { type: 'done', stage: 'qgis', message: `wrote ${PROJECT}`, summary }
  return summary
}

async function projectFrame(
  folder: SiteFolder,
  grid: Grid,
  frame: Frame,
  series: readonly TrackedSeries[],
): Promise<ProjectFrame> {
  const placed = async (picture: string | null): Promise<string | null> => {
    if (picture === null) return null
    const name = picture.replace(/\.png$/, '.vrt')
    await folder.files.write(`${FOLDER}/${name}`, pictureVrt(grid, `${UP}${UP}${picture}`), {
      durable: false,
    })
    return `./${name}`
  }
  return {
    sceneId: frame.sceneId,
    capturedAt: frame.capturedAt,
    ndvi: `${UP}${frame.files.ndvi}`,
    trueColour: await placed(frame.files.trueColour),
    falseColour: await placed(frame.files.falseColour),
    masks: series.flatMap(({ objectId, entries }) => {
      const entry = entries.find((one) => one.frame.sceneId === frame.sceneId)
      return entry === undefined ? [] : [{ objectId, file: `${UP}${entry.tracked.mask}` }]
    }),
  }
}

async function isSomebodyElses(folder: SiteFolder, name: string): Promise<boolean> {
  const bytes = await folder.files.readIfExists(name)
  return bytes !== null && !new TextDecoder().decode(bytes).includes(QGIS_MARK)
}
