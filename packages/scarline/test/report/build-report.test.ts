import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FrameFigure } from '@scarline/core'
import { describe, expect, it } from 'vitest'
import { buildReport } from '../../src/report/build-report.ts'
import { fullReport, reportMaps } from './made-up-findings.ts'
import { reportData, webp } from './made-up-report.ts'

const figures = (count: number): FrameFigure[] =>
  Array.from({ length: count }, (_, frameIndex) => ({
    frameIndex,
    widthPx: 300,
    heightPx: 200,
    webp,
    outlines: [{ objectId: 1, rings: [[10, 10, 100, 10, 100, 90, 10, 10]] }],
  }))

describe('buildReport', () => {
  const inputs = { maps: null, software: 'Scarline 1.2.3' }
  const page = buildReport({
    ...inputs,
    data: reportData([200_000, 300_000, 450_000]),
    figures: figures(3),
  })

  it('says in words what happened', () => {
    const text = page.replaceAll('\u00a0', ' ')
    expect(text).toContain('The mapped scar grew on 1 July 2017.')
    expect(text).toContain('+25.00 ha')
    expect(text).toContain('No abrupt and lasting change of the area stands out.')
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
    expect(links.every((link) => /^(data:image\/webp;base64,|#map-ground$)/.test(link))).toBe(true)
    expect(page).not.toMatch(/@import|url\(/)
  })

  it('holds each picture once, and one more for the viewer to begin with', () => {
    expect(page.split(webp.toString('base64')).length - 1).toBe(4)
  })

  it('is equal for equal inputs, and whole for a single frame', () => {
    const again = buildReport({
      ...inputs,
      data: reportData([200_000, 300_000, 450_000]),
      figures: figures(3),
    })
    expect(again).toBe(page)
    const one = buildReport({ ...inputs, data: reportData([5000]), figures: figures(1) })
    expect(one.replaceAll('\u00a0', ' ').replaceAll('\u202f', '')).toContain('4500–5500 m²')
    expect(one).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('numbers figures and tables in order, says what made it, and defines a print layout', () => {
    const full = buildReport({
      ...inputs,
      data: fullReport(),
      figures: figures(3),
      maps: reportMaps(),
    })
    const numbers = (what: string): number[] =>
      [...full.matchAll(new RegExp(`<b>${what} (\\d+)\\.</b>`, 'g'))].map(([, k]) => Number(k))
    for (const what of ['Figure', 'Table']) {
      const found = numbers(what)
      expect(found.length).toBeGreaterThan(6)
      expect(found).toEqual(found.map((_, i) => i + 1))
    }
    expect(full).toContain('Scarline 1.2.3')
    expect(full).toMatch(/@page \{ size: A4/)
    expect(full).toMatch(/thead \{ display: table-header-group/)
    expect(full).toMatch(/figure\.chart-figure, tr[^{]*\{ break-inside: avoid/)
    expect(full).not.toMatch(/NaN|Infinity|undefined|<img src=x/)
    expect(full.split('id="map-ground"').length).toBe(2)
    const links = [...full.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '')
    expect(links.every((link) => /^(data:image\/webp;base64,|#map-ground$)/.test(link))).toBe(true)
  })

  it('says whose data it is where that is given', () => {
    const credited = buildReport({
      ...inputs,
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
