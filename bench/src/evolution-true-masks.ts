import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type SiteFolder, encodeCog, openSiteFolder } from '@scarline/core'
import { countOf, pixelM2 } from './evolution-inputs.ts'
import { readJudgedFrames } from './evolution-truth.ts'
import { siteBeside } from './site-beside.ts'

const LINKED = ['validity', 'ndvi']
const PROBABILITY_CODES = 200

/**
 * A site beside a tracked one whose masks are the truth of each frame's day: same frames, same
 * validity, probability 0 or 1. Made anew where the frames have changed.
 */
export async function siteOfTrueMasks(
  tracked: SiteFolder,
  archive: string,
  work: string,
): Promise<SiteFolder> {
  const dir = join(work, `true-site-${basename(archive)}`)
  if (existsSync(join(dir, 'track.json')) && (await haveSameFrames(tracked.dir, dir))) {
    return openSiteFolder(dir)
  }
  const folder = await siteBeside(tracked, dir, LINKED)
  const { grid, frames } = await folder.readFrames()
  const judged = await readJudgedFrames(folder, archive)
  const entries = []
  for (const [index, { truth }] of judged.entries()) {
    const frame = frames[index]
    if (frame === undefined) continue
    const name = basename(frame.files.validity)
    const codes = truth.map((value) => value * PROBABILITY_CODES)
    await folder.files.write(`masks/${name}`, await encodeCog({ grid, data: truth }))
    await folder.files.write(
      `probability/${name}`,
      await encodeCog({ grid, data: codes }, { nodata: 255 }),
    )
    entries.push({
      sceneId: frame.sceneId,
      objectId: 1,
      mask: `masks/${name}`,
      probability: `probability/${name}`,
      areaM2: countOf(truth) * pixelM2(grid),
      segmenter: 'truth',
      modelHash: 'truth',
      confidence: { score: 1, parts: {} },
      locked: false,
      promptHash: null,
      frameHash: frame.inputHash,
      flags: [],
    })
  }
  await folder.writeTrack({ formatVersion: 1, frames: entries, run: null, changes: [] })
  return folder
}

async function haveSameFrames(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((dir) => readFile(join(dir, 'frames.json'))))
  return a !== undefined && b !== undefined && a.equals(b)
}
