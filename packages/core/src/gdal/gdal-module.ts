import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The part of Emscripten's in-memory file system that we use. */
export interface VirtualFs {
  mkdir(path: string): void
  rmdir(path: string): void
  unlink(path: string): void
  readdir(path: string): string[]
  writeFile(path: string, bytes: Uint8Array): void
  readFile(path: string): Uint8Array
  analyzePath(path: string): { exists: boolean }
  stat(path: string): { mode: number }
  isDir(mode: number): boolean
}

type CType = 'number' | 'string' | null

/** GDAL compiled to WebAssembly, as Emscripten hands it over. */
export interface GdalModule {
  readonly FS: VirtualFs
  readonly HEAPU32: Uint32Array
  ccall(
    name: string,
    returns: CType,
    argTypes: readonly CType[],
    args: readonly unknown[],
  ): string | number
  _malloc(bytes: number): number
  _free(pointer: number): void
  lengthBytesUTF8(text: string): number
  stringToUTF8(text: string, pointer: number, maxBytes: number): void
  UTF8ToString(pointer: number): string
}

interface ModuleOptions {
  print(text: string): void
  printErr(text: string): void
  wasmBinary: Uint8Array
  getPreloadedPackage(): ArrayBuffer
  preRun: ((module: { ENV: Record<string, string> }) => void)[]
}

let loading: Promise<GdalModule> | null = null

/**
 * GDAL, loaded on the first call (about half a second) and kept. The package's own Node entry is not
 * used: it finds its files from the working directory and plants a global `location`, which makes
 * other libraries take Node for a browser. GDAL's console output is dropped; its errors are
 * asked for after each call.
 */
export function loadGdal(): Promise<GdalModule> {
  loading ??= startGdal().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

/** Forget the loaded GDAL: after a WebAssembly trap its memory cannot be trusted. */
export function discardGdal(): void {
  loading = null
}

async function startGdal(): Promise<GdalModule> {
  const require = createRequire(import.meta.url)
  const folder = dirname(require.resolve('gdal3.js/dist/package/gdal3WebAssembly.wasm'))
  const [wasmBinary, data] = await Promise.all([
    readFile(join(folder, 'gdal3WebAssembly.wasm')),
    readFile(join(folder, 'gdal3WebAssembly.data')),
  ])
  const create = require('gdal3.js/build/package/gdal3WebAssembly.js') as (
    options: ModuleOptions,
  ) => Promise<GdalModule>
  const module = await create({
    print: () => {},
    printErr: () => {},
    wasmBinary,
    getPreloadedPackage: () => new Uint8Array(data).buffer,
    preRun: [
      ({ ENV }) => {
        ENV['PROJ_LIB'] = '/usr/share/proj'
        ENV['GDAL_DATA'] = '/usr/share/gdal'
        ENV['GDAL_NUM_THREADS'] = '1'
        ENV['GDAL_PAM_ENABLED'] = 'NO'
      },
    ],
  })
  module.ccall('GDALAllRegister', null, [], [])
  return module
}
