import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simulate } from '@scarline/core'
import { type ArchiveServer, startArchiveServer } from 'scarline/archive-server'

/** The folder name of the site that the tour goes through. */
export const MAIN_SITE = 'baige-like'

const [FROM, TO] = ['2017-01-01', '2020-06-30']
/** Two failures in October and November 2018, 32 frames that are worth keeping. */
const VALLEY = { scenario: 'baige', seed: 1, sizeM: 1200, sceneCount: 44, colour: 'all' } as const

/** What the simulator says of its valley. */
export interface Valley {
  bbox: [west: number, south: number, east: number, north: number]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
  events: { date: string; kind: string }[]
}

/** The folders of a tour. */
export interface TourSites {
  /** What `scarline studio` is started on. */
  dir: string
  archive: ArchiveServer
  valley: Valley
}

/**
 * Simulates a valley and makes sites of it, at every stage of the work; what stands is taken as it is.
 * @param work folder for all of it
 */
export async function makeTourSites(root: string, work: string): Promise<TourSites> {
  const scarline = (...args: string[]): Promise<void> => runScarline(root, args)
  const dir = join(work, 'sites')
  const source = join(work, 'archive')
  await mkdir(dir, { recursive: true })
  if (!existsSync(join(source, 'items.json'))) {
    for await (const _ of simulate(source, { ...VALLEY, from: FROM, to: TO }));
  }
  const valley = JSON.parse(await readFile(join(source, 'site.json'), 'utf8')) as Valley
  const archive = await startArchiveServer({ dir: source })
  const init = async (id: string, name: string, bbox: readonly number[]): Promise<string> => {
    const site = join(dir, id)
    if (!existsSync(join(site, 'site.json'))) {
      const where = ['--bbox', bbox.join(','), '--stac', archive.url]
      await scarline(
        'init',
        site,
        ...where,
        '--from',
        FROM,
        '--to',
        TO,
        '--pixel-size',
        '2',
        '--name',
        name,
      )
    }
    return site
  }
  const main = await init(MAIN_SITE, 'Baige-like slope', valley.bbox)
  if (!existsSync(join(main, 'report.html'))) {
    await scarline('acquire', main)
    await scarline('frames', main)
    const { frame_date: day, positive, negative } = valley.prompts
    const marks = (name: string, places: [number, number][]): string[] => [
      name,
      ...places.map((place) => place.join(',')),
    ]
    const yes = marks('--positive', positive)
    await scarline('prompt', main, '--frame', day, ...yes, ...marks('--negative', negative))
    await scarline('track', main, '--segmenter', 'ndvi')
    await scarline('analyse', main)
    await scarline('verify', main, '--truth', join(source, 'truth'))
    await scarline('report', main)
  }
  const half = await init('upper-slope', 'Upper slope', partOf(valley.bbox, 0.1, 0.45, 0.6, 0.95))
  if (!existsSync(join(half, 'frames.json'))) {
    await scarline('acquire', half)
    await scarline('frames', half)
  }
  const read = await init('left-bank', 'Left bank', partOf(valley.bbox, 0.05, 0.05, 0.5, 0.5))
  if (!existsSync(join(read, 'scenes.json'))) await scarline('acquire', read)
  await init('gully', 'Gully behind the village', partOf(valley.bbox, 0.5, 0.5, 0.95, 0.95))
  return { dir, archive, valley }
}

function partOf(
  [west, south, east, north]: Valley['bbox'],
  left: number,
  bottom: number,
  right: number,
  top: number,
): number[] {
  const [width, height] = [east - west, north - south]
  return [
    west + left * width,
    south + bottom * height,
    west + right * width,
    south + top * height,
  ].map((value) => Number(value.toFixed(6)))
}

function runScarline(root: string, args: readonly string[]): Promise<void> {
  const bin = join(root, 'packages/scarline/bin/scarline.js')
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SCARLINE_MODELS: join(root, 'no-models') },
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  return new Promise((done, fail) => {
    child.once('exit', (code) => {
      if (code === 0) done()
      else fail(new Error(`scarline ${args[0]} ended with ${code}: ${said}`))
    })
  })
}
