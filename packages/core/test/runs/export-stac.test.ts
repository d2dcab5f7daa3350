import { createHash } from 'node:crypto'
import { dirname, join, normalize } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { StacAsset, StacExportItem } from '../../src/export/stac-documents.ts'
import { analyse } from '../../src/runs/analyse.ts'
import { exportStac } from '../../src/runs/export-stac.ts'
import type { SiteFolder } from '../../src/site/site-folder.ts'
import { drain, makeTrackedSite, rectangle } from './tracked-site.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of cleanUp.splice(0)) await dispose()
})

async function trackedSite(): Promise<SiteFolder> {
  const made = await makeTrackedSite([
    { day: '2017-07-01', masks: { 1: rectangle(20, 20, 10, 10) } },
    { day: '2018-07-01', masks: { 1: rectangle(20, 20, 20, 10), 2: rectangle(2, 2, 6, 6) } },
  ])
  cleanUp.push(made.dispose)
  return made.folder
}

interface Document {
  type: string
  id: string
  stac_version: string
  stac_extensions?: string[]
  links: { rel: string; href: string }[]
  assets?: Record<string, StacAsset>
}

async function readJson<T>(folder: SiteFolder, name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await folder.files.read(name))) as T
}

/** Every document that can be reached from the root by child and item links, by name. */
async function walk(folder: SiteFolder): Promise<Map<string, Document>> {
  const found = new Map<string, Document>()
  const open = ['stac/catalog.json']
  for (const name of open) {
    const document = await readJson<Document>(folder, name)
    found.set(name, document)
    for (const { rel, href } of document.links) {
      if (rel === 'child' || rel === 'item') open.push(normalize(join(dirname(name), href)))
    }
  }
  return found
}

describe('exportStac', () => {
  it('writes a catalogue in which every relative link leads to a file', async () => {
    const folder = await trackedSite()
    await drain(analyse(folder))
    const { summary } = await drain(exportStac(folder, { software: { scarline: '9.9.9' } }))
    expect(summary).toMatchObject({ catalog: 'stac/catalog.json', items: 2 })
    const documents = await walk(folder)
    expect([...documents.keys()]).toEqual([
      'stac/catalog.json',
      'stac/collection.json',
      'stac/model-ndvi-test/model-ndvi-test.json',
      'stac/S2A_20170701/S2A_20170701.json',
      'stac/S2A_20180701/S2A_20180701.json',
    ])
    for (const [name, document] of documents) {
      expect(document.stac_version).toBe('1.1.0')
      expect(document.links.filter(({ rel }) => rel === 'root')).toHaveLength(1)
      const hrefs = [...document.links, ...Object.values(document.assets ?? {})].map((l) => l.href)
      for (const href of hrefs) {
        expect(await folder.files.exists(normalize(join(dirname(name), href))), href).toBe(true)
      }
    }
  })

  it('describes a frame and its masks with checksums that hold', async () => {
    const folder = await trackedSite()
    await drain(exportStac(folder))
    const item = await readJson<StacExportItem>(folder, 'stac/S2A_20180701/S2A_20180701.json')
    expect(item.type).toBe('Feature')
    expect(item.collection).toBe('made-up')
    expect(item.properties.datetime).toBe('2018-07-01T04:12:00Z')
    expect(Object.keys(item.assets)).toEqual(['validity', 'mask', 'mask-object-2'])
    const bytes = await folder.files.read('masks/0001_2018-07-01.tif')
    const digest = createHash('sha256').update(bytes).digest('hex')
    expect(item.assets['mask']).toMatchObject({
      href: '../../masks/0001_2018-07-01.tif',
      type: 'image/tiff; application=geotiff; profile=cloud-optimized',
      'file:size': bytes.length,
      'file:checksum': `1220${digest}`,
      'processing:level': 'L4',
      'processing:expression': {
        format: 'stac-mlm',
        expression: '../model-ndvi-test/model-ndvi-test.json',
      },
      'scarline:area_m2': 800,
    })
    const classes = item.assets['mask']?.['classification:classes'] as { value: number }[]
    expect(classes.map(({ value }) => value)).toEqual([0, 1])
    const validity = item.assets['validity']?.['classification:classes'] as { value: number }[]
    expect(validity.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(item.links.map(({ rel }) => rel)).toContain('prev')
  })

  it('declares every extension whose fields a document uses, and no other', async () => {
    const folder = await trackedSite()
    await drain(analyse(folder))
    await drain(exportStac(folder, { software: { scarline: '9.9.9' } }))
    const prefixes: Record<string, string> = {
      classification: 'classification',
      file: 'file',
      mlm: 'mlm',
      proj: 'projection',
      processing: 'processing',
      raster: 'raster',
    }
    for (const document of (await walk(folder)).values()) {
      // Links may borrow fields of the document that they lead to.
      const text = JSON.stringify({ ...document, links: [] })
      const used = Object.keys(prefixes).filter((prefix) => text.includes(`"${prefix}:`))
      const declared = (document.stac_extensions ?? []).map((url) => url.split('/')[3])
      expect(declared.sort(), document.id).toEqual(used.map((p) => prefixes[p]).sort())
    }
  })

  it('describes the model as MLM wants it, with published weights where they are known', async () => {
    const folder = await trackedSite()
    const href = 'https://models.example/ndvi.pt'
    const weights = new Map([['ndvi', { href, sizeBytes: 7, sha256: 'ab' }]])
    await drain(exportStac(folder, { weights }))
    const item = await readJson<StacExportItem>(folder, 'stac/model-ndvi-test/model-ndvi-test.json')
    for (const field of ['name', 'architecture', 'tasks', 'input', 'output', 'framework']) {
      expect(item.properties).toHaveProperty(`mlm:${field}`)
    }
    expect(item.properties['mlm:hyperparameters']).toEqual({
      segmenter: 'ndvi',
      model_hash: 'test',
    })
    const { model, weights: asset } = item.assets
    expect(model?.roles).toContain('mlm:model')
    expect(model).toHaveProperty('mlm:artifact_type')
    expect(asset).toMatchObject({ href, 'file:size': 7, 'file:checksum': '1220ab' })
    const card = await folder.files.read('stac/model-ndvi-test/model.json')
    expect(model?.['file:checksum']).toBe(`1220${createHash('sha256').update(card).digest('hex')}`)
  })

  it('gives the same bytes again, and forgets items of frames that are gone', async () => {
    const folder = await trackedSite()
    await drain(exportStac(folder))
    const names = [...(await walk(folder)).keys()]
    const read = (): Promise<Uint8Array[]> => Promise.all(names.map((n) => folder.files.read(n)))
    const first = await read()
    await folder.files.write('stac/S2A_20160101/S2A_20160101.json', '{}')
    await drain(exportStac(folder))
    expect(Buffer.compare(Buffer.concat(await read()), Buffer.concat(first))).toBe(0)
    expect(await folder.files.exists('stac/S2A_20160101/S2A_20160101.json')).toBe(false)
  })
})
