import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { judgeDisk, judgeMemory, judgeNetwork, judgeNode } from '../../src/runs/doctor-checks.ts'
import { doctor, formatDoctor } from '../../src/runs/doctor.ts'

describe('doctor', () => {
  it('tries everything that is needed and finds it working', async () => {
    const report = await doctor({ dir: tmpdir() })
    expect(report.checks.filter(({ required, ok }) => required && !ok)).toEqual([])
    expect(report.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Node.js',
        'GeoTIFF',
        'GDAL (WebAssembly)',
        'video (H.264)',
        'ffmpeg',
      ]),
    )
    expect(report.checks.some(({ name }) => name === 'archive')).toBe(false)
  })

  it('names a folder that cannot be written to, and what to do', async () => {
    const report = await doctor({ dir: '/nowhere/at/all' })
    expect(report.ok).toBe(false)
    expect(report.checks.find(({ name }) => name === 'folder')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/cannot be written to \(ENOENT\)/),
      mend: expect.any(String),
    })
  })

  it('asks the archive only when told to', async () => {
    const asked: string[] = []
    const fetch = async (url: string | URL | Request): Promise<Response> => {
      asked.push(String(url))
      return new Response('{}', { status: 503 })
    }
    const report = await doctor({
      dir: tmpdir(),
      network: true,
      stac: 'https://example.org/v1',
      fetch,
    })
    expect(asked).toEqual(['https://example.org/v1'])
    expect(report.ok).toBe(true)
    expect(report.checks.at(-1)).toMatchObject({ name: 'archive', ok: false, required: false })
  })
})

describe('judgements', () => {
  it.each([
    ['20.19.0', true],
    ['24.1.0', true],
    ['20.18.3', false],
    ['18.20.0', false],
  ])('Node.js %s: %s', (version, ok) => {
    expect(judgeNode(version).ok).toBe(ok)
  })

  it('warns of little memory and disk without failing', () => {
    expect(judgeMemory(2 ** 30, 0)).toMatchObject({ ok: false, required: false })
    expect(judgeDisk(2 ** 28)).toMatchObject({ ok: false, required: false })
    expect(judgeNetwork('x', { error: 'ENOTFOUND' }).detail).toBe('x: ENOTFOUND')
  })
})

describe('formatDoctor', () => {
  it('shows a mark, a name, a finding and the way out', () => {
    const text = formatDoctor({
      ok: false,
      checks: [
        { name: 'a', ok: true, required: true, detail: 'fine', mend: null },
        { name: 'longer', ok: false, required: true, detail: 'broken', mend: 'Mend it.' },
      ],
    })
    expect(text.split('\n')).toEqual([
      'ok    a       fine',
      'FAIL  longer  broken',
      '              -> Mend it.',
      '',
      '1 of 2 checks failed: see the arrows.',
    ])
  })
})
