import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SiteFolder, readRaster } from '@scarline/core'
import {
  evolutionSchema,
  findTruth,
  isObserved,
  rasterizePolygon,
  readVector,
  type SimulatedSchedule,
} from '@scarline/core/internals'
import {
  type JudgedFrame,
  type ReportedZone,
  type ScoringInputs,
  dateOf,
} from './evolution-inputs.ts'
import { readAreas } from './read-areas.ts'

/** What an analysed site reports, beside the truth of its archive. */
export async function readScoringInputs(
  folder: SiteFolder,
  archive: string,
  schedule: SimulatedSchedule,
): Promise<ScoringInputs> {
  const { dir } = folder
  const { grid } = await folder.readFrames()
  const text = await readFile(join(dir, 'analysis/events.json'), 'utf8')
  const { objects } = evolutionSchema.parse(JSON.parse(text))
  const evolution = objects.find(({ objectId }) => objectId === 1)
  if (evolution === undefined) throw new Error(`${dir}: no object 1 was analysed`)
  return {
    grid,
    schedule,
    evolution,
    frames: await readJudgedFrames(folder, archive),
    zones: evolution.newZones.length === 0 ? [] : await readZones(folder),
    areas: await readAreas(dir),
  }
}

/** The frames of a site, with what each saw and what was true. */
export async function readJudgedFrames(
  folder: SiteFolder,
  archive: string,
): Promise<JudgedFrame[]> {
  const { grid, frames } = await folder.readFrames()
  const truth = new Map(
    (await findTruth(join(archive, 'truth'), grid)).days.map((one) => [one.day, one]),
  )
  const judged: JudgedFrame[] = []
  for (const { capturedAt, files } of frames) {
    const date = dateOf(capturedAt)
    const day = truth.get(date)
    if (day === undefined) throw new Error(`${archive}: no truth for the frame of ${date}`)
    const codes = await readRaster(await folder.files.read(files.validity), files.validity)
    judged.push({
      capturedAt,
      date,
      truth: (await day.read()).mask,
      seen: (codes.data as Uint8Array).map((code) => (isObserved(code) ? 1 : 0)),
    })
  }
  return judged
}

async function readZones(folder: SiteFolder): Promise<ReportedZone[]> {
  const { grid } = await folder.readFrames()
  const path = join(folder.dir, 'analysis/boundaries.gpkg')
  const { features } = await readVector(path, { epsg: grid.epsg })
  return features.flatMap(({ layer, properties, geometry }): ReportedZone[] =>
    layer === 'new_zones' && properties['object'] === 1
      ? [{ id: Number(properties['zone']), mask: rasterizePolygon(geometry, grid) }]
      : [],
  )
}
