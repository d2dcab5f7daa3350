import {
  type InitOptions,
  type Job,
  type MadeSite,
  type NewSite,
  STAC_PROVIDERS,
  ScarlineError,
  bboxPolygon,
  createImportSite,
  initSite,
  parseAoi,
  parseBbox,
  prepareImport,
  readAoiFile,
} from '@scarline/core'
import { z } from 'zod'
import type { StudioContext } from './context.ts'
import { type Upload, inDroppedNames } from './uploads.ts'

const bboxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()])
const nameSchema = z
  .string()
  .trim()
  .min(1, 'expected a name')
  .max(200)
  .refine((name) => !/\p{Cc}/u.test(name), 'expected a name without control characters')

export const newSiteSchema: z.ZodType<NewSite> = z.strictObject({
  name: nameSchema,
  // The area is looked at where it is read.
  aoi: z.custom<NewSite['aoi']>().optional(),
  bboxLngLat: bboxSchema.optional(),
  from: z.string().max(40),
  to: z.string().max(40),
  stac: z.string().max(2000).nullable().optional(),
  collection: z.string().max(200).optional(),
  pixelSizeM: z.number().optional(),
  minValidFraction: z.number().min(0).max(1).optional(),
})

/**
 * Makes a site from an area and days.
 * @throws ScarlineError `usage` where area, days or pixel size make no site
 */
export async function createSite(studio: StudioContext, request: NewSite): Promise<string> {
  const { id, dir } = await studio.sites.newFolder(request.name)
  const { aoi, bboxLngLat, minValidFraction } = request
  const options: InitOptions = {
    name: request.name,
    from: request.from,
    to: request.to,
    stac: archiveOf(request.stac),
    collection: request.collection,
    pixelSizeM: request.pixelSizeM,
    bbox: bboxLngLat?.join(','),
    ...(aoi === undefined || aoi === null ? {} : { aoi }),
    ...(minValidFraction === undefined ? {} : { settings: { minValidFraction } }),
  }
  try {
    const folder = await initSite(dir, options)
    await folder.close()
  } catch (error) {
    throw reworded(error, inWordsOfThePage)
  }
  return id
}

/**
 * Makes a site from a form: with a file of the area (`aoi`), or from rasters (`files`), which begins
 * to import them. The upload is removed when it is no longer needed.
 */
export async function createSiteFromForm(studio: StudioContext, upload: Upload): Promise<MadeSite> {
  const rasters = upload.files.get('files') ?? []
  if (rasters.length > 0) return createFromRasters(studio, upload)
  try {
    const request = newSiteSchema.safeParse(fieldsOf(upload))
    if (!request.success) {
      const issue = request.error.issues[0]
      throw new ScarlineError(
        `the form is not as expected at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
        { code: 'usage' },
      )
    }
    const aoi = await areaOf(upload)
    if (aoi === undefined) return { id: await createSite(studio, request.data), job: null }
    return { id: await createSite(studio, { ...request.data, aoi }), job: null }
  } finally {
    await upload.remove()
  }
}

async function createFromRasters(studio: StudioContext, upload: Upload): Promise<MadeSite> {
  try {
    const name = nameSchema.safeParse(upload.fields.get('name') ?? '')
    if (!name.success) {
      throw new ScarlineError('got a site without a name, expected one', { code: 'usage' })
    }
    const aoi = await areaOf(upload)
    const paths = [await rasterFolder(upload)]
    const prepared = await prepareImport({ paths, signal: studio.signal }).catch(
      (error: unknown) => {
        throw reworded(error, (words) => inDroppedNames(words, upload.dir))
      },
    )
    const { id, dir } = await studio.sites.newFolder(name.data)
    const size = upload.fields.get('pixelSizeM')
    const folder = await createImportSite(dir, {
      prepared,
      name: name.data,
      ...(aoi ? { aoi } : {}),
      ...(size === undefined ? {} : { pixelSizeM: numberOf(size, 'pixelSizeM') }),
    })
    await folder.close()
    const request = { kind: 'import', options: { paths } } as const
    return { id, job: await studio.jobs.start(id, request, upload.remove) }
  } catch (error) {
    await upload.remove()
    throw error
  }
}

/** Imports dropped rasters into a site. */
export async function importUpload(
  studio: StudioContext,
  siteId: string,
  upload: Upload,
): Promise<Job> {
  try {
    const paths = [await rasterFolder(upload)]
    const request = { kind: 'import', options: { paths } } as const
    return await studio.jobs.start(siteId, request, upload.remove)
  } catch (error) {
    await upload.remove()
    throw error
  }
}

async function rasterFolder(upload: Upload): Promise<string> {
  if ((upload.files.get('files') ?? []).length > 0) return upload.dir
  throw new ScarlineError('got no files, expected GeoTIFFs', {
    code: 'usage',
    hint: 'Drop the folder that holds the rasters.',
  })
}

type Area = Awaited<ReturnType<typeof readAoiFile>>

/** The area that a form gives, as a file, as GeoJSON or as a box; undefined where it gives none. */
async function areaOf(upload: Upload): Promise<Area | undefined> {
  const fromFile = await areaOfFile(upload)
  if (fromFile) return fromFile
  const aoi = jsonField(upload, 'aoi')
  if (aoi !== undefined && aoi !== null) return parseAoi(aoi)
  const bbox = bboxSchema.optional().safeParse(jsonField(upload, 'bboxLngLat'))
  if (!bbox.success) {
    throw new ScarlineError('got a bboxLngLat that is no box, expected [W, S, E, N] in degrees', {
      code: 'usage',
    })
  }
  return bbox.data === undefined ? undefined : bboxPolygon(parseBbox(bbox.data.join(',')))
}

/** Errors name the file as the person knows it. */
async function areaOfFile(upload: Upload): Promise<Area | undefined> {
  const [file, more] = upload.files.get('aoi') ?? []
  if (file === undefined) return undefined
  if (more !== undefined) {
    throw new ScarlineError('got several files for the area, expected one', {
      code: 'usage',
      hint: 'Drop one GeoJSON, KML or GeoPackage.',
    })
  }
  try {
    return await readAoiFile(file.path)
  } catch (error) {
    throw reworded(error, (words) => words.replaceAll(file.path, file.name))
  }
}

function reworded(error: unknown, words: (text: string) => string): unknown {
  if (!(error instanceof ScarlineError)) return error
  const { code, hint, cause } = error
  const told = hint === undefined ? {} : { hint: words(hint) }
  return new ScarlineError(words(error.message), { code, cause, ...told })
}

/** Options of the command line by the names of the form's fields. */
const FIELD_NAMES: readonly (readonly [string, string])[] = [
  ['Give either --bbox W,S,E,N or --aoi file.', 'Draw the area, or drop a file of it.'],
  ['a --bbox and an --aoi', 'a box and a file of the area'],
  ['--bbox', 'the box'],
  ['--from', 'the first day'],
  ['--to', 'the last day'],
  ['--pixel-size', 'a pixel size of'],
]

function inWordsOfThePage(text: string): string {
  return FIELD_NAMES.reduce((words, [option, name]) => words.replaceAll(option, name), text)
}

function jsonField({ fields }: Upload, name: string): unknown {
  const text = fields.get(name)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ScarlineError(`got ${name} that is no JSON, expected JSON`, { code: 'usage' })
  }
}

/** Forms know text only. The area is looked at by itself. */
function fieldsOf({ fields }: Upload): Record<string, unknown> {
  const number = (name: string): number | undefined => {
    const text = fields.get(name)
    return text === undefined || text === '' ? undefined : numberOf(text, name)
  }
  const facts: Record<string, unknown> = {
    name: fields.get('name'),
    from: fields.get('from'),
    to: fields.get('to'),
    stac: fields.get('stac'),
    collection: fields.get('collection'),
    pixelSizeM: number('pixelSizeM'),
    minValidFraction: number('minValidFraction'),
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

function numberOf(text: string, name: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new ScarlineError(`got ${name} ${text}, expected a number`, { code: 'usage' })
}

/** A page may name an archive, not a path on this machine. */
function archiveOf(stac: string | null | undefined): string | null | undefined {
  if (typeof stac !== 'string' || /^https?:\/\//i.test(stac)) return stac
  if (Object.hasOwn(STAC_PROVIDERS, stac)) return stac
  const known = Object.keys(STAC_PROVIDERS).join(', ')
  throw new ScarlineError(`got the archive ${stac}, expected an https address or ${known}`, {
    code: 'usage',
    hint: 'Use scarline init --stac for a file on this machine.',
  })
}
