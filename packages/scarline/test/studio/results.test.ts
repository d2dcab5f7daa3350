import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { analyse } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drain } from '../../../core/test/runs/tracked-site.ts'
import { type TestStudio, openStudio } from './harness.ts'
import { inFolder, madeSite, trackIt } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
beforeAll(async () => {
  site = await madeSite('Pizzo d’Olda')
  test = await openStudio({ dir: site.dir })
})
afterAll(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const BASE = `/sites/${encodeURIComponent('Pizzo d’Olda')}`

describe('results', () => {
  it('are not there before they were made', async () => {
    const analysis = await test.api(`${BASE}/analysis`)
    expect([analysis.status, analysis.body.error.code]).toEqual([409, 'missing-step'])
    const { body } = await test.api(`${BASE}/exports`)
    expect(body.find(({ name }: { name: string }) => name === 'area.csv')).toEqual({
      ...{ name: 'area.csv', kind: 'csv', bytes: null, path: null },
      words: 'area and its interval, one line a mask',
    })
    expect((await test.api(`${BASE}/exports/area.csv`)).status).toBe(404)
  })

  it('are the numbers of the report and the files of the site', async () => {
    await trackIt(site.path)
    await inFolder(site.path, (folder) => drain(analyse(folder)))
    const { status, body } = await test.api(`${BASE}/analysis`)
    expect(status).toBe(200)
    expect(body.analysis.objects[0].areas).toHaveLength(6)
    expect(body).toMatchObject({ staleAreas: 0, verification: null })
    expect(body).not.toHaveProperty('track')
    const listed = (await test.api(`${BASE}/exports`)).body
    const masks = listed.find(({ name }: { name: string }) => name === 'masks')
    expect(masks).toMatchObject({ kind: 'cog', path: join(site.path, 'masks/') })
    expect(masks.bytes).toBeGreaterThan(100)
    const csv = await test.api(`${BASE}/exports/area.csv`)
    expect(csv.status).toBe(200)
    expect(csv.body).toMatch(/^frame,/)
    expect(csv.headers.get('content-disposition')).toBe(
      `attachment; filename="Pizzo_d_Olda-area.csv"; filename*=UTF-8''${encodeURIComponent('Pizzo d’Olda-area.csv')}`,
    )
  })

  it('are a fixed list: no other file is ever given', async () => {
    for (const name of ['site.json', '..%2fsite.json', 'masks', 'constructor', '__proto__']) {
      expect((await test.api(`${BASE}/exports/${name}`)).status, name).toBe(404)
    }
  })
})
