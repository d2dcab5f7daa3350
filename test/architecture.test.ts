import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What each folder of core may import, itself and errors.ts apart. */
const CORE_IMPORTS: Record<string, readonly string[]> = {
  model: [],
  geo: ['model'],
  raster: ['model', 'geo'],
  stac: ['model', 'geo', 'raster'],
  cog: ['model', 'geo', 'raster'],
  gdal: ['model', 'geo', 'raster'],
  simulate: ['model', 'geo', 'raster', 'cog'],
  import: ['model', 'geo', 'raster', 'stac', 'cog', 'gdal'],
  frames: ['model', 'geo', 'raster', 'stac', 'cog', 'simulate'],
  tracking: ['model', 'geo', 'raster', 'stac', 'cog', 'simulate', 'frames'],
  analysis: ['model', 'geo', 'raster'],
  verification: ['model', 'geo', 'raster'],
  export: ['model', 'geo'],
  site: ['model'],
  runs: [
    'model',
    'geo',
    'raster',
    'stac',
    'cog',
    'gdal',
    'simulate',
    'import',
    'frames',
    'tracking',
    'analysis',
    'verification',
    'export',
    'site',
  ],
}

/** Folders without effects: no Node, no network, no clock, no chance, no environment. */
const PURE = new Set([
  'model',
  'geo',
  'raster',
  'analysis',
  'verification',
  'tracking',
  'simulate',
  'export',
])

interface SourceFile {
  path: string
  text: string
  imports: string[]
}

function sourcesIn(dir: string): SourceFile[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const path = join(dir, name)
      const text = readFileSync(path, 'utf8')
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
        (m) => m[1] as string,
      )
      return { path, text, imports }
    })
}

const coreSrc = join(root, 'packages/core/src')
const core = sourcesIn(coreSrc)
const folderOf = (path: string): string => relative(coreSrc, path).split('/')[0] as string

describe('the house', () => {
  it('has only the folders of core that the design names', () => {
    const folders = [...new Set(core.map(({ path }) => folderOf(path)))].filter(
      (name) => !name.endsWith('.ts'),
    )
    expect(folders.filter((name) => !(name in CORE_IMPORTS))).toEqual([])
  })

  it('keeps the import directions inside core', () => {
    const wrong: string[] = []
    for (const { path, imports } of core) {
      const from = folderOf(path)
      if (from.endsWith('.ts')) continue
      for (const name of imports.filter((name) => name.startsWith('.'))) {
        const target = relative(coreSrc, resolve(dirname(path), name))
        const to = target.split('/')[0] as string
        if (to === from || to === 'errors.ts') continue
        if (!CORE_IMPORTS[from]?.includes(to)) wrong.push(`${relative(root, path)} -> ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('keeps the pure folders pure', () => {
    const effects =
      /from 'node:|\bfetch\(|\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bMath\.random\(|\bperformance\./
    const wrong = core
      .filter(({ path }) => PURE.has(folderOf(path)))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .filter((line) => effects.test(line) && !/^\s*(\*|\/\/)/.test(line))
          .map((line) => `${relative(root, path)}: ${line.trim()}`),
      )
    expect(wrong).toEqual([])
  })

  it('lets the product use core and the model by their names only, and core never the product', () => {
    const wrong: string[] = []
    for (const { path, imports } of sourcesIn(join(root, 'packages/scarline/src'))) {
      for (const name of imports) {
        if (/\/(core|sam2)\/src/.test(name)) {
          wrong.push(`${relative(root, path)} -> ${name}`)
        }
      }
    }
    for (const { path, imports } of core) {
      if (imports.some((name) => name === 'scarline' || name.startsWith('scarline/'))) {
        wrong.push(relative(root, path))
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets core know the model in one place only, by its name, and without a runtime', () => {
    const wrong: string[] = []
    for (const { path, imports } of core) {
      const isAdapter = /^tracking\/sam2-segmenter[a-z-]*\.ts$/.test(relative(coreSrc, path))
      for (const name of imports.filter((name) => name.startsWith('@scarline/'))) {
        if (!isAdapter || name !== '@scarline/sam2')
          wrong.push(`${relative(root, path)} -> ${name}`)
      }
      if (imports.some((name) => name.startsWith('onnxruntime') || name.includes('/sam2/'))) {
        wrong.push(relative(root, path))
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets the page know core by its model alone, and the server by its answers', () => {
    const wrong: string[] = []
    const dir = join(root, 'packages/studio/src')
    for (const { path, imports } of sourcesIn(dir)) {
      for (const name of imports) {
        const leaves =
          name.startsWith('.') && relative(dir, resolve(dirname(path), name)).startsWith('..')
        const isOurs = name === 'scarline' || /^(scarline|@scarline)\//.test(name)
        if (leaves || (isOurs && name !== '@scarline/core/model') || name.startsWith('node:')) {
          wrong.push(`${relative(root, path)} -> ${name}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('keeps the model free of everything of ours, and of Node outside its Node runtime', () => {
    const wrong: string[] = []
    const dir = join(root, 'packages/sam2/src')
    for (const { path, imports } of sourcesIn(dir)) {
      const isNodeRuntime = relative(dir, path).startsWith('runtime/onnxruntime-node')
      for (const name of imports) {
        const leaves =
          name.startsWith('.') && relative(dir, resolve(dirname(path), name)).startsWith('..')
        const isOurs = name === 'scarline' || name.startsWith('@scarline/')
        const isNode = name.startsWith('node:') || name === 'onnxruntime-node'
        if (leaves || isOurs || (isNode && !isNodeRuntime)) {
          wrong.push(`${relative(root, path)} -> ${name}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('has kebab-case files without dumping grounds', () => {
    const packages = ['scarline', 'sam2'].flatMap((name) =>
      sourcesIn(join(root, 'packages', name, 'src')),
    )
    const names = [...core, ...packages].map(({ path }) => relative(root, path))
    expect(
      names.filter((name) => /(^|\/)(utils?|helpers?|misc|common)(\.ts|\/)/.test(name)),
    ).toEqual([])
    expect(names.filter((name) => !/^[a-z0-9./-]+$/.test(name))).toEqual([])
  })
})

/** Packages that are read with a module, before anything is called: its imports and those of what it imports. */
function packagesReadWith(entry: string): string[] {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const read = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const text = readFileSync(path, 'utf8')
    for (const [, name = ''] of text.matchAll(
      /^(?:import|export) (?!type )(?:[^'"]*?from )?'([^']+)'/gm,
    )) {
      if (name.startsWith('.')) read(resolve(dirname(path), name))
      else if (!name.startsWith('node:')) packages.add(name)
    }
  }
  read(entry)
  return [...packages].sort()
}

describe('a start', () => {
  it('of the command reads the option parser; what a command works with is read when it is called', () => {
    expect(packagesReadWith(join(root, 'packages/scarline/src/cli/main.ts'))).toEqual(['commander'])
  })

  it('of core reads none of the libraries that few of its stages work with', () => {
    expect(packagesReadWith(join(coreSrc, 'index.ts'))).toEqual([
      'geographiclib-geodesic',
      'p-limit',
      'proj4',
      'zod',
    ])
  })
})
