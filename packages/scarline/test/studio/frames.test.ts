import { rm } from 'node:fs/promises'
import { encodeCog } from '@scarline/core'
import type { FeatureCollection, MultiPolygon } from 'geojson'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestStudio, openStudio } from './harness.ts'
import { GRID, SCENES, inFolder, madeSite, trackIt } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
beforeAll(async () => {
  site = await madeSite('Bella Tola')
  await trackIt(site.path)
  test = await openStudio({ dir: site.dir })
})
afterAll(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const BASE = '/sites/Bella%20Tola'

async function raw(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${test.base}/api${BASE}${path}`, { headers: { cookie: test.cookie, ...headers } })
}

async function pixels(
  path: string,
): Promise<{ width: number; height: number; channels: number; data: Buffer }> {
  const response = await raw(path)
  expect(response.status, path).toBe(200)
  const { data, info } = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

describe('a frame', () => {
  it('is a picture, scaled down, that a browser keeps where the address names its hash', async () => {
    const full = await raw(`/frames/${SCENES[1]}/picture.webp?v=v1-1`)
    expect(full.headers.get('content-type')).toBe('image/webp')
    expect(full.headers.get('cache-control')).toContain('immutable')
    expect(
      (await raw(`/frames/${SCENES[1]}/picture.webp?v=v1-0`)).headers.get('cache-control'),
    ).toBe('no-cache')
    const small = await pixels(`/frames/${SCENES[5]}/picture.webp?edge=16`)
    expect(small).toMatchObject({ width: 16, height: 12 })
    expect(small.data[0]).toBeGreaterThan(190)
  })

  it('is not sent again to a browser that has it', async () => {
    const etag = (await raw(`/frames/${SCENES[1]}/layer/ndvi.webp`)).headers.get('etag') ?? ''
    const again = await raw(`/frames/${SCENES[1]}/layer/ndvi.webp`, { 'if-none-match': etag })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  })

  it('says what it has no layer of, and why', async () => {
    for (const [layer, hint] of [
      ['truecolour', 'blue'],
      ['falsecolour', 'near infrared'],
      ['hillshade', 'analysis'],
    ]) {
      const { status, body } = await test.api(`${BASE}/frames/${SCENES[0]}/layer/${layer}.webp`)
      expect(status).toBe(404)
      expect(body.error.hint).toContain(hint)
    }
    expect((await test.api(`${BASE}/frames/${SCENES[0]}/layer/heat.webp`)).status).toBe(404)
    expect((await test.api(`${BASE}/frames/S2A_19990101/picture.webp`)).status).toBe(404)
    expect((await test.api(`${BASE}/frames/..%2f..%2fsite.json/picture.webp`)).status).toBe(404)
    expect((await test.api(`${BASE}/frames/${SCENES[0]}/picture.webp?edge=0`)).status).toBe(400)
  })

  it('shows what hid the ground, and the probability of the object, over the picture', async () => {
    const clear = await pixels(`/frames/${SCENES[0]}/layer/validity.webp`)
    expect(clear.channels).toBe(4)
    expect(clear.data[3]).toBe(0)
    const probability = await pixels(`/frames/${SCENES[0]}/layer/probability.webp?object=1`)
    const alphaAt = (col: number): number => probability.data[(6 * 16 + col) * 4 + 3] as number
    expect(alphaAt(1)).toBe(255)
    expect(alphaAt(15)).toBeLessThan(100)
  })

  it('shows the relief where an analysis found elevations', async () => {
    const west = Float32Array.from({ length: 192 }, (_, i) => 1000 + 2 * (i % 16))
    const path = `/frames/${SCENES[0]}/layer/hillshade.webp`
    await inFolder(site.path, async ({ files }) =>
      files.write('.cache/elevation.tif', await encodeCog({ grid: GRID, data: west })),
    )
    const lit = await pixels(path)
    const etag = (await raw(path)).headers.get('etag')
    const east = west.map((height) => 2000 - height)
    await inFolder(site.path, async ({ files }) =>
      files.write('.cache/elevation.tif', await encodeCog({ grid: GRID, data: east })),
    )
    const dark = await pixels(path)
    // Light from the north-west: a slope that faces west is brighter than one that faces east.
    expect(lit.data[100 * lit.channels]).toBeGreaterThan((dark.data[100 * dark.channels] ?? 0) + 50)
    expect((await raw(path)).headers.get('etag')).not.toBe(etag)
  })
})

describe('a mask', () => {
  it('is white where it is set and clear elsewhere, one bit a pixel', async () => {
    const response = await raw(`/frames/${SCENES[3]}/mask/1.png`)
    expect(response.headers.get('content-type')).toBe('image/png')
    const bytes = Buffer.from(await response.arrayBuffer())
    // Depth and kind of colour of the header: one bit, indexed.
    expect([...bytes.subarray(24, 26)]).toEqual([1, 3])
    const image = sharp(bytes)
    expect(await image.metadata()).toMatchObject({ width: 16, height: 12 })
    const data = await image.ensureAlpha().raw().toBuffer()
    expect([...data.subarray((6 * 16 + 1) * 4, (6 * 16 + 2) * 4)]).toEqual([255, 255, 255, 255])
    expect(data[(6 * 16 + 15) * 4 + 3]).toBe(0)
  })

  it('comes as runs, too, the same mask', async () => {
    const { body } = await test.api(`${BASE}/frames/${SCENES[3]}/mask/1.json`)
    const { width, height, counts } = body as { width: number; height: number; counts: number[] }
    const bits = counts.flatMap((length, i) => Array.from({ length }, () => i % 2))
    const picture = sharp(
      Buffer.from(await (await raw(`/frames/${SCENES[3]}/mask/1.png`)).arrayBuffer()),
    )
    const alpha = await picture.ensureAlpha().extractChannel(3).raw().toBuffer()
    expect([width, height]).toEqual([16, 12])
    expect(bits).toEqual(Array.from(alpha, (value) => (value > 127 ? 1 : 0)))
    expect((await test.api(`${BASE}/frames/${SCENES[3]}/mask/2.json`)).status).toBe(404)
  })

  it('is not there where nothing was propagated', async () => {
    expect((await test.api(`${BASE}/frames/${SCENES[3]}/mask/2.png`)).status).toBe(404)
    expect((await test.api(`${BASE}/frames/${SCENES[3]}/mask/x.png`)).status).toBe(404)
  })

  it('has its outline in the coordinates of the site, frames in time order', async () => {
    const { body, headers } = await test.api(`${BASE}/boundaries`)
    const { features } = body as FeatureCollection<MultiPolygon>
    expect(features.map(({ properties }) => properties?.['sceneId'])).toEqual(SCENES)
    expect(features[2]?.properties).toEqual({
      ...{ sceneId: SCENES[2], objectId: 1, capturedAt: '2020-03-15T00:00:00.000Z' },
    })
    const xs = features[2]?.geometry.coordinates.flat(2).map(([x]) => x ?? 0) ?? []
    expect(Math.min(...xs)).toBe(452_000)
    const etag = headers.get('etag') ?? ''
    expect((await raw('/boundaries', { 'if-none-match': etag })).status).toBe(304)
    const one = await test.api(`${BASE}/boundaries?scene=${SCENES[4]}`)
    expect(one.body.features).toHaveLength(1)
    expect((await test.api(`${BASE}/boundaries?scene=none`)).status).toBe(404)
  })
})

describe('the filmstrip', () => {
  it('has all frames side by side', async () => {
    const { body } = await test.api(`${BASE}/filmstrip.json?height=24`)
    expect(body).toEqual({ widthPx: 32, heightPx: 24, count: 6, columns: 6 })
    const strip = await pixels('/filmstrip.webp?height=24')
    expect(strip).toMatchObject({ width: 192, height: 24 })
    const grey = (index: number): number =>
      strip.data[(12 * 192 + index * 32 + 16) * strip.channels] as number
    for (const index of [0, 2, 5]) expect(Math.abs(grey(index) - 40 * index)).toBeLessThan(12)
    expect((await test.api(`${BASE}/filmstrip.json?height=9999`)).status).toBe(400)
  })
})

describe('a site without frames', () => {
  it('says which step is missing', async () => {
    const other = await openStudio()
    await using _ = other
    const made = await other.api('/sites', {
      method: 'POST',
      body: {
        ...{ name: 'new', bboxLngLat: [98.69, 31.07, 98.7, 31.08] },
        ...{ from: '2020-01-01', to: '2020-12-31' },
      },
    })
    const { status, body } = await other.api(`/sites/${made.body.id}/boundaries`)
    expect([status, body.error.code]).toEqual([409, 'missing-step'])
  })
})
