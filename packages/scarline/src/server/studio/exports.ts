import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { type ExportFile, type ExportKind, ScarlineError, type SiteFolder } from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'

interface ExportPlan {
  /** Relative to the site folder; a folder where it ends with a slash. */
  file: string
  kind: ExportKind
  words: string
  contentType: string
}

const CSV = 'text/csv; charset=utf-8'
const JSON_TYPE = 'application/json'
const FOLDER = ''

/** All that can be taken away, by name. */
const EXPORTS: Readonly<Record<string, ExportPlan>> = {
  'area.csv': plan('analysis/area.csv', 'csv', 'area and its interval, one line a mask', CSV),
  'seasons.csv': plan('analysis/seasons.csv', 'csv', 'medians of seasons, year against year', CSV),
  'components.csv': plan('analysis/components.csv', 'csv', 'fragments of the masks', CSV),
  'summary.json': plan('analysis/summary.json', 'json', 'everything of the tables', JSON_TYPE),
  'events.json': plan('analysis/events.json', 'json', 'events, onset and phases', JSON_TYPE),
  'verification.json': plan('verification.json', 'json', 'scores against ground truth', JSON_TYPE),
  'boundaries.gpkg': plan(
    'analysis/boundaries.gpkg',
    'gpkg',
    'dated boundaries for GIS programs',
    'application/geopackage+sqlite3',
  ),
  'boundaries.geojson': plan(
    'analysis/boundaries.geojson',
    'geojson',
    'dated boundaries, degrees',
    'application/geo+json',
  ),
  'boundaries.fgb': plan(
    'analysis/boundaries.fgb',
    'fgb',
    'dated boundaries, FlatGeobuf',
    'application/octet-stream',
  ),
  'report.html': plan('report.html', 'report', 'the report, one file', 'text/html; charset=utf-8'),
  'frames.mp4': plan('frames.mp4', 'mp4', 'the frames as a video', 'video/mp4'),
  qgis: plan('qgis/', 'qgis', 'a QGIS project of the site folder: open qgis/scar.qgs', FOLDER),
  stac: plan('stac/', 'stac', 'a STAC catalogue of the site folder', FOLDER),
  masks: plan('masks/', 'cog', 'masks as cloud-optimised GeoTIFFs', FOLDER),
}

function plan(file: string, kind: ExportKind, words: string, contentType: string): ExportPlan {
  return { file, kind, words, contentType }
}

/** The list of what can be taken away, and the files. Folders are listed with their place on this machine. */
export function exportRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()

  app.get('/sites/:id/exports', async (c) => {
    const folder = await studio.sites.read(c.req.param('id'))
    const listed = Object.entries(EXPORTS).map(
      async ([name, { file, kind, words }]): Promise<ExportFile> => {
        const bytes = await bytesOf(folder, file)
        const path = file.endsWith('/') && bytes !== null ? join(folder.dir, file) : null
        return { name, kind, bytes, words, path }
      },
    )
    return c.json(await Promise.all(listed))
  })

  app.get('/sites/:id/exports/:name', async (c) => {
    const name = c.req.param('name')
    const { dir } = await studio.sites.read(c.req.param('id'))
    const wanted = Object.hasOwn(EXPORTS, name) ? EXPORTS[name] : undefined
    if (!wanted || wanted.file.endsWith('/')) throw noSuchExport(name)
    const file = await ownFile(dir, wanted.file)
    if (file === null) throw notMade(name)
    const body = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>
    return c.body(body, 200, {
      'content-type': wanted.contentType,
      'content-length': String(file.bytes),
      // Saved, never shown: a report must not run beside the studio.
      'content-disposition': disposition(c.req.param('id'), name),
      'cache-control': 'no-store',
    })
  })

  return app
}

/** A file of the site; null where there is none, or a link that leads out of the folder. */
async function ownFile(dir: string, name: string): Promise<{ path: string; bytes: number } | null> {
  const [root, path] = await Promise.all([
    realpath(dir).catch(() => null),
    realpath(join(dir, name)).catch(() => null),
  ])
  if (root === null || !path?.startsWith(root + sep)) return null
  const facts = await stat(path)
  return facts.isFile() ? { path, bytes: facts.size } : null
}

async function bytesOf({ dir }: SiteFolder, file: string): Promise<number | null> {
  const path = join(dir, file)
  if (!file.endsWith('/')) return (await ownFile(dir, file))?.bytes ?? null
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size)
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  return entries.length === 0 ? null : total
}

/** With a name that every system takes, and the true one for those that can read it. */
function disposition(siteId: string, name: string): string {
  const full = `${siteId}-${name}`
  const plain = full.replace(/[^\w.-]+/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(full)}`
}

function noSuchExport(name: string): ScarlineError {
  const files = Object.entries(EXPORTS).filter(([, { file }]) => !file.endsWith('/'))
  const known = files.map(([one]) => one).join(', ')
  return new ScarlineError(`there is no export ${name}, expected one of ${known}`, {
    code: 'not-found',
  })
}

function notMade(name: string): ScarlineError {
  return new ScarlineError(`${name} was not made yet`, {
    code: 'not-found',
    hint: 'Make it first: analyse, export or write the report.',
  })
}
