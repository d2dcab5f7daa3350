import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main } from '../../../src/cli/main.ts'

it('lies in the folder of the analysis, and is written again by scarline report', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'scarline-outline-page-'))
  try {
    const size = 0.002
    const square = (scale: number): object => ({
      type: 'Polygon',
      coordinates: [
        [
          [98, 31],
          [98 + scale * size, 31],
          [98 + scale * size, 31 + size],
          [98, 31 + size],
          [98, 31],
        ],
      ],
    })
    const features = [1, 1.3].map((scale, i) => ({
      type: 'Feature',
      properties: { date: `${2016 + i}-08-01` },
      geometry: square(scale),
    }))
    const file = join(dir, 'ridge.geojson')
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }))
    const out = join(dir, 'out')
    const flags = ['--noise', '3', '--resolution', '5', '--json']
    expect(await main(['analyse', '--outlines', file, '--out', out, ...flags])).toBe(0)
    const page = await readFile(join(out, 'report.html'), 'utf8')
    expect(page).toContain('<h1>ridge</h1>')
    expect(page).toContain('The outline grew from')
    expect(page).toContain('id="outline-map-1"')
    expect(page).toContain('id="direction-chart-1"')
    expect(page).not.toMatch(/(?:src|href)="|@import|url\(|https?:/)
    expect(page).not.toMatch(/NaN|Infinity|undefined|Copernicus/)
    await rm(join(out, 'report.html'))
    expect(await main(['report', out, '--json'])).toBe(0)
    expect(await readFile(join(out, 'report.html'), 'utf8')).toBe(page)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}, 60_000)
