import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AreaRow, FrameFigure, ReportData } from '@scarline/core'
import { describe, expect, it } from 'vitest'
import { buildReport } from '../../src/report/build-report.ts'

const nasty = '<img src=x onerror=alert(1)> & "co"'

function areaRow(frameIndex: number, areaM2: number): AreaRow {
  const year = 2017 + frameIndex
  return {
    frameIndex,
    sceneId: `S2A_${year}0701`,
    capturedAt: `${year}-07-01T04:12:00Z`,
    objectId: 1,
    areaM2,
    lowM2: areaM2 * 0.9,
    highM2: areaM2 * 1.1,
    uncertainty: {
      boundary: [1, 1],
      registration: [1, 1],
      mixedPixels: [1, 1],
      hidden: [0, 0],
    },
    seenM2: areaM2,
    hiddenM2: 0,
    validInside: 1,
    validAround: 1,
    perimeterM: 400,
    gainedM2: 0,
    lostM2: 0,
    comparedFraction: 1,
    ellipsoidAreaM2: areaM2,
    registrationResidualM: 1,
    confidence: 0.9,
    locked: false,
    prompted: frameIndex === 0,
    flags: [nasty],
    fragments: 1,
  }
}

function reportData(areasM2: readonly number[]): ReportData {
  const areas = areasM2.map((areaM2, i) => areaRow(i, areaM2))
  const first = areas[0] as AreaRow
  const last = areas.at(-1) as AreaRow
  return {
    site: {
      formatVersion: 1,
      name: nasty,
      aoi: {
        type: 'Polygon',
        coordinates: [
          [
            [98, 31],
            [98.1, 31],
            [98.1, 31.1],
            [98, 31],
          ],
        ],
      },
      from: '2017-01-01',
      to: '2020-01-01',
      grid: { epsg: 32647, transform: [2, 0, 0, 0, -2, 0], width: 300, height: 200 },
      source: { kind: 'stac', url: `https://example.org/${nasty}`, collection: 'c' },
      settings: { minValidFraction: 0.6, threshold: 'auto', colour: true },
      createdAt: '2025-01-01T00:00:00Z',
    },
    scenes: areas.map((row) => ({
      id: row.sceneId,
      platform: 'S2A',
      capturedAt: row.capturedAt,
      status: 'read',
      kept: true,
      decidedBy: 'user',
      reason: nasty,
      validFraction: 1,
      validityFractions: {},
      flags: [],
      offset: null,
      shift: null,
      parts: [],
      supersededItemIds: [],
      sunElevationDeg: null,
    })),
    frames: {
      formatVersion: 1,
      grid: { epsg: 32647, transform: [2, 0, 0, 0, -2, 0], width: 300, height: 200 },
      histogram: { start: -0.2, binWidth: 0.1, counts: [0, 2, 5, 3, 1, 4, 8, 3, 0] },
      siteThreshold: { value: 0.21, method: 'otsu', note: nasty },
      frames: areas.map((row) => ({
        index: row.frameIndex,
        capturedAt: row.capturedAt,
        sceneId: row.sceneId,
        threshold: { value: 0.21, method: 'otsu', seasonalRaise: 0 },
        validFraction: 1,
        flags: [],
        inputHash: 'i',
        files: { picture: 'p', ndvi: 'n', validity: 'v', trueColour: null, falseColour: null },
      })),
      video: null,
    },
    track: { formatVersion: 1, frames: [], run: null, changes: [] },
    prompts: [],
    analysis: {
      formatVersion: 1,
      epsg: 32647,
      gridAreaScale: 0.9992,
      sensorPixelM: 10,
      registration: { unregisteredM: 4, source: 'measured' },
      method: [nasty],
      objects: [
        {
          objectId: 1,
          areas,
          seasons: [],
          sameSeasonPairs: [],
          events: [],
          newZones: [],
          onsets: [],
          change: {
            fromM2: first.areaM2,
            toM2: last.areaM2,
            changeM2: last.areaM2 - first.areaM2,
            changeFraction: (last.areaM2 - first.areaM2) / first.areaM2,
            beyondUncertainty: true,
            smallestM2: first.areaM2,
            smallestAt: first.capturedAt,
            largestM2: last.areaM2,
            largestAt: last.capturedAt,
            gainedM2: 0,
            lostM2: 0,
          },
        },
      ],
    },
    verification: null,
  }
}

/** A WebP of one grey pixel. */
const webp = Buffer.from('UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA=', 'base64')

const figures = (count: number): FrameFigure[] =>
  Array.from({ length: count }, (_, frameIndex) => ({
    frameIndex,
    widthPx: 300,
    heightPx: 200,
    webp,
    outlines: [{ objectId: 1, rings: [[10, 10, 100, 10, 100, 90, 10, 10]] }],
  }))

describe('buildReport', () => {
  const page = buildReport({ data: reportData([200_000, 300_000, 450_000]), figures: figures(3) })

  it('says in words what happened', () => {
    const text = page.replaceAll('\u00a0', ' ')
    expect(text).toContain(
      'The scar grew from 20.00 ha on 1 July 2017 to 45.00 ha on 1 July 2019, a change of +25.00 ha (+125 %)',
    )
    expect(text).toContain('between 1 July 2018 and 1 July 2019')
    expect(text).toContain('These masks have not been compared with ground truth.')
    expect(text).toContain('Contains modified Copernicus Sentinel data [2017–2019].')
  })

  it('escapes whatever comes from files and users', () => {
    expect(page).not.toContain('<img src=x')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot;')
  })

  it('asks for nothing from elsewhere', () => {
    expect(page).toContain("default-src 'none'")
    const links = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(2)
    expect(links.every((link) => link.startsWith('data:image/webp;base64,'))).toBe(true)
    expect(page).not.toMatch(/@import|url\(/)
  })

  it('holds each picture once, and one more for the viewer to begin with', () => {
    expect(page.split(webp.toString('base64')).length - 1).toBe(4)
  })

  it('is equal for equal inputs, and whole for a single frame', () => {
    const again = buildReport({
      data: reportData([200_000, 300_000, 450_000]),
      figures: figures(3),
    })
    expect(again).toBe(page)
    const one = buildReport({ data: reportData([5000]), figures: figures(1) })
    expect(one.replaceAll('\u00a0', ' ').replaceAll('\u202f', '')).toContain(
      'The scar measured 5000 m² (90 % interval 4500–5500 m²) on 1 July 2017.',
    )
    expect(one).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('says whose data it is where that is given', () => {
    const credited = buildReport({
      data: reportData([200_000, 300_000]),
      figures: figures(2),
      attribution: 'Data by A & B',
    })
    expect(credited).toContain('<li>Data by A &amp; B</li>')
    expect(credited).not.toContain('Copernicus')
  })

  it.skipIf(!hasChromium())('steps through the frames with arrow keys in a browser', () => {
    const dir = mkdtempSync(join(tmpdir(), 'scarline-report-'))
    try {
      const keys = `<script>for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft'])
        document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))</script>`
      const file = join(dir, 'report.html')
      writeFileSync(file, page.replace('</body>', `${keys}</body>`))
      const dom = execFileSync(
        'chromium',
        [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          `--user-data-dir=${join(dir, 'profile')}`,
          '--dump-dom',
          pathToFileURL(file).href,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 25_000 },
      )
      expect(/id="view-caption"[^>]*><strong>([^<]*)/.exec(dom)?.[1]?.replace('&nbsp;', ' ')).toBe(
        '1 July 2018',
      )
      expect(dom).toMatch(/class="card printed current" data-place="1"/)
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
    }
  })
})

function hasChromium(): boolean {
  try {
    execFileSync('chromium', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    process.stdout.write('skipped: no chromium on the PATH\n')
    return false
  }
}
