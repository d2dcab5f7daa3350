import { ScarlineError } from '../errors.ts'
import { discardGdal, loadGdal, type GdalModule } from './gdal-module.ts'
import type { GdalFile } from './gdal-source.ts'

/** A data set that GDAL has open. */
export type GdalDataset = number & { readonly __dataset: unique symbol }

/** Arguments of a GDAL program; those of one option may stand together. */
export type GdalOptions = readonly (string | readonly string[])[]

const OPEN_RASTER = 0x02
const OPEN_VECTOR = 0x04
const OPEN_VERBOSE_ERRORS = 0x40

/** A folder in GDAL's memory with files in it, and what can be done with them. */
export interface GdalSession {
  /** Absolute virtual path of a file of this session. */
  path(name: string): string
  open(name: string, kind: 'raster' | 'vector'): GdalDataset
  /** `gdalinfo -json`. */
  rasterInfo(dataset: GdalDataset): unknown
  /** `ogrinfo -json`, layers without features. */
  vectorInfo(dataset: GdalDataset): unknown
  /** `ogr2ogr`, options without source and destination; gives the name of the file written. */
  vectorTranslate(dataset: GdalDataset, outName: string, options: GdalOptions): string
  /** `gdalwarp`, options without source and destination. */
  warp(dataset: GdalDataset, outName: string, options: GdalOptions): string
  readFile(name: string): Uint8Array
  writeFile(name: string, bytes: Uint8Array): void
  /** Set a GDAL configuration option until the session ends. */
  configure(key: string, value: string): void
}

let sessionCount = 0

/**
 * Do something with GDAL over some files held in its memory. Everything opened is closed and every
 * file removed when it ends, however it ends.
 *
 * @param label how the user knows the data; put into error messages
 * @throws ScarlineError `corrupt-file` with GDAL's own words in one line
 */
export async function withGdal<T>(
  label: string,
  files: readonly GdalFile[],
  work: (session: GdalSession) => T,
): Promise<T> {
  const gdal = await loadGdal()
  sessionCount += 1
  const root = `/session-${sessionCount}`
  const datasets: number[] = []
  const configured: string[] = []
  try {
    gdal.FS.mkdir(root)
    for (const file of files) writeInto(gdal, root, file)
    return work(sessionOf(gdal, root, label, datasets, configured))
  } catch (error) {
    if (error instanceof ScarlineError) throw error
    discardGdal()
    throw new ScarlineError(`got ${label}, which GDAL broke down on: ${oneLine(error)}`, {
      code: 'corrupt-file',
      hint: 'Check the file with gdalinfo or ogrinfo.',
      cause: error,
    })
  } finally {
    for (const dataset of datasets) gdal.ccall('GDALClose', null, ['number'], [dataset])
    for (const key of configured) {
      gdal.ccall('CPLSetConfigOption', null, ['string', 'number'], [key, 0])
    }
    removeTree(gdal, root)
  }
}

function sessionOf(
  gdal: GdalModule,
  root: string,
  label: string,
  datasets: number[],
  configured: string[],
): GdalSession {
  const call = (name: string, types: readonly ('number' | 'string')[], args: unknown[]): number =>
    gdal.ccall(name, 'number', types, args) as number

  const failed = (what: string): ScarlineError => {
    const said = oneLine(gdal.ccall('CPLGetLastErrorMsg', 'string', [], []))
      .split(`${root}/`)
      .join('')
    return new ScarlineError(`got ${label}, ${what}${said === '' ? '' : `: ${said}`}`, {
      code: 'corrupt-file',
      hint: 'Check the file with gdalinfo or ogrinfo.',
      details: { gdal: said },
    })
  }

  /** Run one of GDAL's utilities: options as an argument vector, an option object, the call, its release. */
  const utility = <R>(name: string, options: GdalOptions, run: (pointer: number) => R): R => {
    gdal.ccall('CPLErrorReset', null, [], [])
    return withStringList(gdal, options.flat(), (list) => {
      const pointer = call(`${name}New`, ['number', 'number'], [list, 0])
      if (pointer === 0) throw failed('whose conversion GDAL refused')
      try {
        return run(pointer)
      } finally {
        gdal.ccall(`${name}Free`, null, ['number'], [pointer])
      }
    })
  }

  const infoOf = (name: string, options: readonly string[], dataset: GdalDataset): unknown =>
    utility(`${name}Options`, options, (pointer) => {
      const text = call(name, ['number', 'number'], [dataset, pointer])
      if (text === 0) throw failed('which GDAL cannot describe')
      try {
        return JSON.parse(gdal.UTF8ToString(text)) as unknown
      } finally {
        gdal['_free'](text)
      }
    })

  const convert = (
    name: string,
    optionName: string,
    dataset: GdalDataset,
    outName: string,
    options: GdalOptions,
  ): string =>
    utility(optionName, options, (pointer) => {
      const list = gdal['_malloc'](4)
      gdal.HEAPU32[list >> 2] = dataset
      try {
        const out = call(
          name,
          ['string', 'number', 'number', 'number', 'number', 'number'],
          [`${root}/${outName}`, 0, 1, list, pointer, 0],
        )
        if (out === 0) throw failed('which GDAL cannot convert')
        gdal.ccall('GDALClose', null, ['number'], [out])
        if (call('CPLGetLastErrorType', [], []) >= 3) throw failed('which GDAL cannot convert')
        return outName
      } finally {
        gdal['_free'](list)
      }
    })

  return {
    path: (name) => `${root}/${name}`,
    open(name, kind) {
      gdal.ccall('CPLErrorReset', null, [], [])
      const flags = (kind === 'raster' ? OPEN_RASTER : OPEN_VECTOR) | OPEN_VERBOSE_ERRORS
      const path = name.startsWith('/vsi') ? name : `${root}/${name}`
      const dataset = call(
        'GDALOpenEx',
        ['string', 'number', 'number', 'number', 'number'],
        [path, flags, 0, 0, 0],
      )
      if (dataset === 0) throw failed(`which GDAL cannot open as a ${kind} file`)
      datasets.push(dataset)
      return dataset as GdalDataset
    },
    rasterInfo: (dataset) => infoOf('GDALInfo', ['-json', '-nomd', '-norat', '-noct'], dataset),
    vectorInfo: (dataset) => infoOf('GDALVectorInfo', ['-json', '-so', '-al'], dataset),
    vectorTranslate: (dataset, outName, options) =>
      convert('GDALVectorTranslate', 'GDALVectorTranslateOptions', dataset, outName, options),
    warp: (dataset, outName, options) =>
      convert('GDALWarp', 'GDALWarpAppOptions', dataset, outName, options),
    readFile: (name) => gdal.FS.readFile(`${root}/${name}`),
    writeFile: (name, bytes) => writeInto(gdal, root, { name, bytes }),
    configure(key, value) {
      configured.push(key)
      gdal.ccall('CPLSetConfigOption', null, ['string', 'string'], [key, value])
    },
  }
}

function withStringList<R>(
  gdal: GdalModule,
  texts: readonly string[],
  use: (list: number) => R,
): R {
  const pointers = texts.map((text) => {
    const bytes = gdal.lengthBytesUTF8(text) + 1
    const pointer = gdal['_malloc'](bytes)
    gdal.stringToUTF8(text, pointer, bytes)
    return pointer
  })
  const list = gdal['_malloc']((pointers.length + 1) * 4)
  gdal.HEAPU32.set([...pointers, 0], list >> 2)
  try {
    return use(list)
  } finally {
    gdal['_free'](list)
    for (const pointer of pointers) gdal['_free'](pointer)
  }
}

function writeInto(gdal: GdalModule, root: string, file: GdalFile): void {
  const parts = file.name.split('/')
  for (let i = 1; i < parts.length; i++) {
    const folder = `${root}/${parts.slice(0, i).join('/')}`
    if (!gdal.FS.analyzePath(folder).exists) gdal.FS.mkdir(folder)
  }
  gdal.FS.writeFile(`${root}/${file.name}`, file.bytes)
}

function removeTree(gdal: GdalModule, path: string): void {
  if (!gdal.FS.analyzePath(path).exists) return
  for (const name of gdal.FS.readdir(path)) {
    if (name === '.' || name === '..') continue
    const child = `${path}/${name}`
    if (gdal.FS.isDir(gdal.FS.stat(child).mode)) removeTree(gdal, child)
    else gdal.FS.unlink(child)
  }
  gdal.FS.rmdir(path)
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\s+/g, ' ').trim()
}
