import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { access, constants, statfs, unlink, writeFile } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readRaster } from '../cog/read-geotiff.ts'
import { encodeCog } from '../cog/write-cog.ts'
import { loadGdal } from '../gdal/gdal-module.ts'
import { DEFAULT_PROVIDER, resolveProvider } from '../stac/providers.ts'
import {
  type DoctorCheck,
  judgeCores,
  judgeDisk,
  judgeMemory,
  judgeNetwork,
  judgeNode,
  judgeTool,
} from './doctor-checks.ts'

export type { DoctorCheck } from './doctor-checks.ts'

/** What works on this machine. */
export interface DoctorReport {
  /** Whether all that is needed works. */
  ok: boolean
  checks: DoctorCheck[]
}

/** What to look at. */
export interface DoctorOptions {
  /** Folder that sites are to be made in; default: the current one. */
  dir?: string
  /** Ask the archive, too: nothing else leaves this machine. */
  network?: boolean
  /** Archive to ask: short name or URL; default: Earth Search. */
  stac?: string
  /** Milliseconds that the archive has to answer; default 8000. */
  timeoutMs?: number
  /** Default: the global one. */
  fetch?: typeof fetch
  /** Checks of the caller's own, made after the others. */
  more?: readonly (() => Promise<DoctorCheck>)[]
  signal?: AbortSignal
}

const TIMEOUT_MS = 8000

/** Tries everything that Scarline needs, each by a small example. Takes about two seconds. */
export async function doctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const dir = resolve(options.dir ?? '.')
  const checks: DoctorCheck[] = [
    judgeNode(process.versions.node),
    judgeCores(availableParallelism()),
    judgeMemory(totalmem(), freemem()),
  ]
  const later: (() => Promise<DoctorCheck>)[] = [
    () => checkFolder(dir),
    () => checkDisk(dir),
    () => tried('GeoTIFF', tryGeoTiff, REINSTALL),
    () => tried('pictures (sharp)', tryPictures, `${REINSTALL} Do not use --no-optional.`),
    () => tried('GDAL (WebAssembly)', tryGdal, REINSTALL),
    () => tried('video (H.264)', tryVideo, REINSTALL),
    () => checkFfmpeg(options.signal),
    ...(options.more ?? []),
  ]
  if (options.network) later.push(() => checkNetwork(options))
  for (const check of later) {
    options.signal?.throwIfAborted()
    checks.push(await check())
  }
  return { ok: checks.every(({ ok, required }) => ok || !required), checks }
}

/** The report as lines for a terminal: a mark, the name, what was found, and how to mend it. */
export function formatDoctor({ checks, ok }: DoctorReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap((check) => {
    const mark = check.ok ? 'ok  ' : check.required ? 'FAIL' : 'note'
    const line = `${mark}  ${check.name.padEnd(width)}  ${check.detail}`
    return check.mend === null ? [line] : [line, `${' '.repeat(width + 8)}-> ${check.mend}`]
  })
  const failed = checks.filter((check) => !check.ok && check.required).length
  const verdict = ok
    ? 'Scarline can work on this machine.'
    : `${failed} of ${checks.length} checks failed: see the arrows.`
  return [...lines, '', verdict].join('\n')
}

const REINSTALL = 'Install again: npm ci (it needs nothing but the npm registry).'

async function tried(
  name: string,
  work: () => Promise<string>,
  mend: string,
): Promise<DoctorCheck> {
  const started = performance.now()
  try {
    const detail = await work()
    const ms = Math.round(performance.now() - started)
    return { name, ok: true, required: true, detail: `${detail} (${ms} ms)`, mend: null }
  } catch (error) {
    const detail = `does not work: ${error instanceof Error ? error.message : String(error)}`
    return { name, ok: false, required: true, detail: detail.split('\n')[0] as string, mend }
  }
}

async function checkFolder(dir: string): Promise<DoctorCheck> {
  const name = 'folder'
  const probe = join(dir, `.scarline-doctor-${process.pid}`)
  try {
    await access(dir, constants.W_OK)
    await writeFile(probe, 'x')
    await unlink(probe)
    return { name, ok: true, required: true, detail: `${dir} can be written to`, mend: null }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    const mend = 'Change to a folder of your own, or pass one to the command.'
    return {
      name,
      ok: false,
      required: true,
      detail: `${dir} cannot be written to (${code})`,
      mend,
    }
  }
}

async function checkDisk(dir: string): Promise<DoctorCheck> {
  try {
    const { bavail, bsize } = await statfs(dir)
    return judgeDisk(bavail * bsize)
  } catch (error) {
    const detail = `free space of ${dir} is not known (${(error as NodeJS.ErrnoException).code ?? 'error'})`
    return { name: 'disk', ok: false, required: false, detail, mend: 'Keep 1 GB free for a site.' }
  }
}

async function tryGeoTiff(): Promise<string> {
  const data = Float32Array.from({ length: 64 * 64 }, (_, i) =>
    i % 7 === 0 ? Number.NaN : i / 4096,
  )
  const transform: [number, number, number, number, number, number] = [2, 0, 5e5, 0, -2, 4e6]
  const grid = { epsg: 32647, transform, width: 64, height: 64 }
  const read = await readRaster(await encodeCog({ grid, data }, { nodata: Number.NaN }), 'example')
  if (read.grid.epsg !== grid.epsg || !data.every((value, i) => Object.is(value, read.data[i]))) {
    throw new Error('what was written comes back changed')
  }
  return 'written and read back, bit for bit'
}

async function tryPictures(): Promise<string> {
  const { default: sharp } = await import('sharp')
  const raw = { width: 16, height: 16, channels: 3 } as const
  const png = await sharp(new Uint8Array(16 * 16 * 3).fill(90), { raw })
    .png()
    .toBuffer()
  const { width } = await sharp(png).metadata()
  if (width !== 16) throw new Error('a picture comes back changed')
  return `libvips ${sharp.versions.vips} writes and reads PNG`
}

async function tryGdal(): Promise<string> {
  const gdal = await loadGdal()
  const count = Number(gdal.ccall('GDALGetDriverCount', 'number', [], []))
  if (count === 0) throw new Error('it has no drivers')
  return `${count} drivers`
}

interface H264Encoder {
  width: number
  height: number
  outputFilename: string
  FS: { readFile(name: string): Uint8Array }
  initialize(): void
  addFrameRgba(pixels: Uint8Array): void
  finalize(): void
  delete(): void
}

async function tryVideo(): Promise<string> {
  const { createH264MP4Encoder } = createRequire(import.meta.url)('h264-mp4-encoder') as {
    createH264MP4Encoder(): Promise<H264Encoder>
  }
  const encoder = await createH264MP4Encoder()
  try {
    encoder.width = 64
    encoder.height = 64
    encoder.initialize()
    for (let frame = 0; frame < 3; frame++) {
      encoder.addFrameRgba(new Uint8Array(64 * 64 * 4).fill(60 * frame))
    }
    encoder.finalize()
    const bytes = encoder.FS.readFile(encoder.outputFilename)
    if (new TextDecoder('latin1').decode(bytes.subarray(4, 8)) !== 'ftyp') {
      throw new Error('what it writes is no MP4')
    }
    return `a clip of 3 frames in ${bytes.length} bytes`
  } finally {
    encoder.delete()
  }
}

async function checkFfmpeg(signal?: AbortSignal): Promise<DoctorCheck> {
  try {
    const options = { timeout: 5000, ...(signal ? { signal } : {}) }
    const { stdout } = await promisify(execFile)('ffmpeg', ['-version'], options)
    return judgeTool('ffmpeg', /version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version')
  } catch {
    signal?.throwIfAborted()
    return judgeTool('ffmpeg', null)
  }
}

async function checkNetwork(options: DoctorOptions): Promise<DoctorCheck> {
  const { url } = resolveProvider(options.stac ?? DEFAULT_PROVIDER)
  const request = options.fetch ?? fetch
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  const started = performance.now()
  try {
    const response = await request(url, { signal, headers: { accept: 'application/json' } })
    await response.body?.cancel()
    return judgeNetwork(url, { status: response.status, ms: performance.now() - started })
  } catch (error) {
    options.signal?.throwIfAborted()
    const cause = (error as { cause?: { code?: string } }).cause?.code
    const reason = timeout.aborted ? 'no answer in time' : (cause ?? (error as Error).message)
    return judgeNetwork(url, { error: reason })
  }
}
