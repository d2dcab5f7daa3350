import { createHash } from 'node:crypto'
import { COLLECTION_FILES, planCatalog } from '../export/stac-catalog.ts'
import type { FileFacts } from '../export/stac-documents.ts'
import type { PublishedWeights } from '../export/stac-model.ts'
import type { Run } from '../model/run-event.ts'
import type { SiteFolder } from '../site/site-folder.ts'

export type { PublishedWeights } from '../export/stac-model.ts'

/** Settings of {@link exportStac}. */
export interface ExportStacOptions {
  /** Name and version of what makes the outputs. */
  software?: Record<string, string>
  /** Published weights by segmenter; a segmenter that is not among them is described by its hash. */
  weights?: ReadonlyMap<string, PublishedWeights>
  signal?: AbortSignal
}

/** What {@link exportStac} wrote. */
export interface ExportStacSummary {
  /** The catalogue, relative to the site folder. */
  catalog: string
  items: number
  assets: number
}

const FOLDER = 'stac'

/**
 * Writes the outputs as a static STAC 1.1 catalogue into `stac/`, anew: an item per frame with the
 * checksums of its files, an item per model. Equal files give equal catalogues.
 *
 * @throws ScarlineError `missing-step` before `frames`
 */
export async function* exportStac(
  folder: SiteFolder,
  options: ExportStacOptions = {},
): Run<ExportStacSummary> {
  const { signal } = options
  const list = await folder.readFrames()
  const track = await folder.readTrack()
  const names = [
    ...list.frames.flatMap(({ files }) =>
      [files.picture, files.trueColour, files.falseColour, files.ndvi, files.validity].flatMap(
        (name) => name ?? [],
      ),
    ),
    ...(track?.frames ?? []).flatMap(({ mask, probability }) => [mask, probability ?? []].flat()),
    ...Object.values(COLLECTION_FILES).map(({ name }) => name),
  ]
  const total = names.length
  const message = `describing ${total} files of ${list.frames.length} frames`
  yield { type: 'started', stage: 'stac', total, message }
  const facts = new Map<string, FileFacts>()
  for (const [i, name] of names.entries()) {
    signal?.throwIfAborted()
    const bytes = await folder.files.readIfExists(name)
    if (bytes !== null) facts.set(name, factsOf(bytes))
    yield { type: 'progress', stage: 'stac', done: i + 1, total, item: name }
  }
  const files = planCatalog({
    site: await folder.readSite(),
    list,
    scenes: await folder.readScenes(),
    track,
    software: options.software ?? {},
    weights: options.weights ?? new Map(),
    lookup: (name) => facts.get(name) ?? null,
    factsOf: (text) => factsOf(new TextEncoder().encode(text)),
  })
  signal?.throwIfAborted()
  await folder.files.remove(FOLDER)
  for (const { name, document } of files) {
    const text = `${JSON.stringify(document, null, 1)}\n`
    await folder.files.write(`${FOLDER}/${name}`, text, { durable: false })
  }
  const summary: ExportStacSummary = {
    catalog: `${FOLDER}/catalog.json`,
    items: list.frames.length,
    assets: facts.size,
  }
  yield { type: 'done', stage: 'stac', message: `wrote ${summary.catalog}`, summary }
  return summary
}

function factsOf(bytes: Uint8Array): FileFacts {
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
