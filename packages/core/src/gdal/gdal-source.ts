import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { ScarlineError } from '../errors.ts'

/** A file as GDAL will see it. */
export interface GdalFile {
  /** Relative, with `/`. */
  name: string
  bytes: Uint8Array
}

/** A data set: a path on disk (a file or a `.gdb` folder), or bytes. */
export type GdalSource =
  | string
  | {
      /** Name of the file to open, with its extension. */
      name: string
      bytes: Uint8Array
      /** Files that belong to it, such as a Shapefile's `.dbf`, `.shx` and `.prj`. */
      sidecars?: readonly GdalFile[]
    }

/** What to open, and every file it needs. */
export interface LoadedSource {
  /** Path or name as the user knows it. */
  label: string
  /** Relative name to open within the files. */
  entry: string
  files: GdalFile[]
}

/** Endings of files that only accompany another one. */
export const SIDECAR_ENDINGS: readonly string[] = [
  '.aux.xml',
  '.cpg',
  '.dbf',
  '.hdr',
  '.idx',
  '.ige',
  '.ind',
  '.jgw',
  '.msk',
  '.ovr',
  '.pgw',
  '.prj',
  '.qix',
  '.qpj',
  '.rrd',
  '.sbn',
  '.sbx',
  '.shp.xml',
  '.shx',
  '.tfw',
  '.tifw',
  '.wld',
]

/** Whether a file only accompanies another one (`.dbf`, `.prj`, `.aux.xml`, ...). */
export function isSidecar(name: string): boolean {
  const lower = name.toLowerCase()
  return SIDECAR_ENDINGS.some((ending) => lower.endsWith(ending))
}

/**
 * Read a data set with all files that belong to it.
 * @throws ScarlineError `not-found` where there is no such file.
 */
export async function loadSource(source: GdalSource): Promise<LoadedSource> {
  if (typeof source !== 'string') {
    return {
      label: source.name,
      entry: source.name,
      files: [{ name: source.name, bytes: source.bytes }, ...(source.sidecars ?? [])],
    }
  }
  const info = await stat(source).catch((cause: unknown) => {
    throw new ScarlineError(`got ${source}, which is not there, expected a raster or vector file`, {
      code: 'not-found',
      hint: 'Check the path.',
      details: { path: source },
      cause,
    })
  })
  const name = basename(source)
  if (info.isDirectory()) {
    const files: GdalFile[] = []
    for (const child of await readdir(source, { withFileTypes: true })) {
      if (!child.isFile()) continue
      const bytes = await readFile(join(source, child.name))
      files.push({ name: `${name}/${child.name}`, bytes })
    }
    if (files.length === 0) {
      throw new ScarlineError(`got ${source}, a folder without files, expected a data set`, {
        code: 'invalid-input',
        hint: 'Name the raster or vector file itself.',
        details: { path: source },
      })
    }
    return { label: source, entry: name, files }
  }
  const stem = name.slice(0, name.length - extname(name).length).toLowerCase()
  const files: GdalFile[] = [{ name, bytes: await readFile(source) }]
  for (const sibling of await readdir(dirname(source))) {
    const lower = sibling.toLowerCase()
    const belongs = lower.startsWith(`${stem}.`) || lower === `${name.toLowerCase()}.aux.xml`
    if (sibling !== name && belongs && isSidecar(sibling)) {
      files.push({ name: sibling, bytes: await readFile(join(dirname(source), sibling)) })
    }
  }
  return { label: source, entry: name, files }
}
