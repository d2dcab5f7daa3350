import { spawnSync } from 'node:child_process'
import { join, normalize } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { encodePng } from '../../src/frames/picture.ts'
import { analyse } from '../../src/runs/analyse.ts'
import { exportBoundaries } from '../../src/runs/export-boundaries.ts'
import { exportQgis } from '../../src/runs/export-qgis.ts'
import { readVector } from '../../src/gdal/read-vector.ts'
import { drain, makeTrackedSite, rectangle, siteGrid } from './tracked-site.ts'

const hasGdal = spawnSync('gdalinfo', ['--version']).status === 0
const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasGdal) console.warn('skipped in part: GDAL is not on the PATH')
if (!hasPython) console.warn('skipped in part: python3 is not on the PATH')

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of cleanUp.splice(0)) await dispose()
})

type Made = Awaited<ReturnType<typeof makeTrackedSite>>

async function analysedSite(options: { colour?: boolean } = {}): Promise<Made> {
  const made = await makeTrackedSite([
    { day: '2017-07-01', masks: { 1: rectangle(20, 20, 10, 10) } },
    { day: '2018-07-01', masks: { 1: rectangle(20, 20, 20, 10), 2: rectangle(2, 2, 6, 6) } },
  ])
  cleanUp.push(made.dispose)
  if (options.colour) {
    const list = await made.folder.readFrames()
    const rgb = new Uint8Array(siteGrid.width * siteGrid.height * 3).fill(90)
    for (const frame of list.frames) {
      frame.files.trueColour = frame.files.ndvi.replace(/^ndvi(.*)tif$/, 'true-colour$1png')
      await made.folder.files.write(frame.files.trueColour, await encodePng(rgb, siteGrid))
    }
    await made.folder.writeFrames(list)
  }
  await drain(analyse(made.folder))
  return made
}

async function textOf({ folder }: Made, name: string): Promise<string> {
  return new TextDecoder().decode(await folder.files.read(name))
}

describe('exportQgis', () => {
  it('writes a project whose boundaries play from valid_from to valid_to', async () => {
    const made = await analysedSite()
    const { summary } = await drain(exportQgis(made.folder))
    expect(summary).toEqual({
      project: 'qgis/scar.qgs',
      style: 'qgis/boundaries.qml',
      kept: [],
    })
    const project = await textOf(made, 'qgis/scar.qgs')
    expect(project).toContain('<authid>EPSG:32647</authid>')
    expect(project).toContain('<ProjectionsEnabled type="int">1</ProjectionsEnabled>')
    expect(project).toMatch(
      /<temporal enabled="1" mode="2" limitMode="0" startField="valid_from" endField="valid_to"/,
    )
    expect(project).toContain('<NavigationMode type="int">1</NavigationMode>')
    expect(project).toContain(
      '<DefaultViewExtent xmin="453000" ymin="3437900" xmax="453120" ymax="3438000">',
    )
    expect(project).toContain('timeStep="365" timeStepUnit="d"')
    const style = await textOf(made, 'qgis/boundaries.qml')
    expect(style).toContain('attr="epoch(&quot;valid_from&quot;)"')
    expect(style.match(/<range /g)).toHaveLength(2)
    expect(style).toContain("'object ' || &quot;object&quot;")
  })

  it('shows each raster until the next frame', async () => {
    const made = await analysedSite()
    await drain(exportQgis(made.folder))
    const project = await textOf(made, 'qgis/scar.qgs')
    const spans = [...project.matchAll(/<start>(.*)<\/start>\s*<end>(.*)<\/end>/g)]
    const ndvi = spans.map(([, start, end]) => [start, end])
    expect(ndvi).toContainEqual(['2017-07-01T04:12:00Z', '2018-07-01T04:12:00Z'])
    expect(ndvi).toContainEqual(['2018-07-01T04:12:00Z', '2019-07-01T04:12:00.000Z'])
  })

  it('names only files beside it, by relative paths, and layers by ids that QGIS keeps', async () => {
    const made = await analysedSite({ colour: true })
    await drain(exportQgis(made.folder))
    const project = await textOf(made, 'qgis/scar.qgs')
    expect(project).not.toContain(made.dir)
    const sources = [...project.matchAll(/<datasource>(.*?)(\|.*)?<\/datasource>/g)]
    expect(sources.length).toBe(2 + 3 + 2 + 3)
    for (const [, file = ''] of sources) {
      const name = normalize(join('qgis', file))
      if (name.startsWith('ndvi/')) continue
      expect(await made.folder.files.exists(name), name).toBe(true)
    }
    const ids = [...project.matchAll(/^ {3}<id>(.*)<\/id>$/gm)].map(([, id = '']) => id)
    expect(ids).toHaveLength(sources.length)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^\w{11,}$/)
    for (const id of ids) expect(project).toContain(`<layer-tree-layer id="${id}"`)
  })

  it('takes further layers of the GeoPackage along, dated ones in time', async () => {
    const made = await analysedSite()
    const { geoPackageWriter } = await import('../../src/gdal/write-geopackage.ts')
    const writer = geoPackageWriter({
      name: 'new_zones',
      epsg: 32647,
      geometry: 'MULTIPOLYGON',
      changedAt: '2018-07-01T00:00:00Z',
      columns: {
        valid_from: 'datetime',
        valid_to: 'datetime',
        of_event: 'boolean',
        character: 'text',
      },
    })
    writer.add({
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [453_000, 3_437_900],
              [453_010, 3_437_900],
              [453_010, 3_437_910],
              [453_000, 3_437_900],
            ],
          ],
        ],
      },
      properties: {
        valid_from: '2018-07-01T04:12:00Z',
        valid_to: null,
        of_event: false,
        character: 'fringe',
      },
    })
    await made.folder.files.write('analysis/boundaries.gpkg', await writer.finish())
    await drain(exportQgis(made.folder))
    const project = await textOf(made, 'qgis/scar.qgs')
    expect(project).toContain('boundaries.gpkg|layername=new_zones</datasource>')
    expect(project).toContain('<layername>New zones and growth along the edge</layername>')
    expect(project).toContain('attr="if(&quot;of_event&quot;, \'event\', &quot;character&quot;)"')
    const labels = [...project.matchAll(/<category .*?value="(\w+)" label="([^"]*)"/g)]
    expect(labels.map(([, value, label]) => [value, label])).toEqual([
      ['apart', 'new zone, apart from the scar'],
      ['lobe', 'new zone, a lobe of the scar'],
      ['fringe', 'growth along the edge'],
      ['event', 'part of an abrupt change'],
    ])
  })

  it('leaves a project alone that was saved from QGIS', async () => {
    const made = await analysedSite()
    await drain(exportQgis(made.folder))
    const mine = '<qgis version="3.40"><title>mine</title></qgis>'
    await made.folder.files.write('qgis/scar.qgs', mine)
    const { events, summary } = await drain(exportQgis(made.folder))
    expect(summary.kept).toEqual(['qgis/scar.qgs'])
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1)
    expect(await textOf(made, 'qgis/scar.qgs')).toBe(mine)
  })

  it('gives the same bytes when it is run again', async () => {
    const made = await analysedSite()
    await drain(exportQgis(made.folder))
    const first = await textOf(made, 'qgis/scar.qgs')
    await drain(exportQgis(made.folder))
    expect(await textOf(made, 'qgis/scar.qgs')).toBe(first)
  })

  it('wants an analysis first', async () => {
    const made = await makeTrackedSite([
      { day: '2017-07-01', masks: { 1: rectangle(20, 20, 10, 10) } },
    ])
    cleanUp.push(made.dispose)
    await expect(drain(exportQgis(made.folder))).rejects.toMatchObject({ code: 'missing-step' })
  })

  it.skipIf(!hasPython)('writes well-formed XML', async () => {
    const made = await analysedSite({ colour: true })
    await drain(exportQgis(made.folder))
    const files = ['qgis/scar.qgs', 'qgis/boundaries.qml', 'qgis/true-colour/0000_2017-07-01.vrt']
    const parse = 'import sys, xml.dom.minidom as m\nfor f in sys.argv[1:]: m.parse(f)'
    const paths = files.map((name) => join(made.dir, name))
    const result = spawnSync('python3', ['-c', parse, ...paths], { encoding: 'utf8' })
    expect(result.stderr).toBe('')
  })

  it.skipIf(!hasGdal)('places pictures where the site grid lies', async () => {
    const made = await analysedSite({ colour: true })
    await drain(exportQgis(made.folder))
    const vrt = join(made.dir, 'qgis/true-colour/0000_2017-07-01.vrt')
    const info = JSON.parse(
      spawnSync('gdalinfo', ['-json', '-checksum', vrt], { encoding: 'utf8' }).stdout,
    ) as { geoTransform: number[]; bands: { checksum: number; colorInterpretation: string }[] }
    expect(info.geoTransform).toEqual([453_000, 2, 0, 3_438_000, 0, -2])
    expect(info.bands.map((band) => band.colorInterpretation)).toEqual(['Red', 'Green', 'Blue'])
    expect(info.bands[0]?.checksum).toBeGreaterThan(0)
  })
})

describe('boundaries for other programs', () => {
  it.skipIf(!hasGdal)('have the columns, types and coordinate system that QGIS needs', async () => {
    const made = await analysedSite()
    const gpkg = join(made.dir, 'analysis/boundaries.gpkg')
    const { stdout } = spawnSync('ogrinfo', ['-so', gpkg, 'boundaries'], { encoding: 'utf8' })
    expect(stdout).toContain('Geometry: Multi Polygon')
    expect(stdout).toContain('ID["EPSG",32647]')
    expect(stdout).toMatch(/^valid_from: DateTime/m)
    expect(stdout).toMatch(/^valid_to: DateTime/m)
    expect(stdout).toMatch(/^area_m2: Real/m)
    expect(stdout).toMatch(/^frame: Integer64/m)
    expect(stdout).toMatch(/^locked: Integer\(Boolean\)/m)
    expect(stdout).toContain('FID Column = fid')
  })

  it('come as FlatGeobuf in metres and as GeoJSON in degrees', async () => {
    const made = await analysedSite()
    expect(await exportBoundaries(made.folder, 'flatgeobuf')).toBe('analysis/boundaries.fgb')
    expect(await exportBoundaries(made.folder, 'geojson')).toBe('analysis/boundaries.geojson')
    const fgb = await made.folder.files.read('analysis/boundaries.fgb')
    const { features, storedCrs } = await readVector({ name: 'b.fgb', bytes: fgb }, { epsg: 32647 })
    expect(features).toHaveLength(3)
    expect(storedCrs.epsg).toBe(32647)
    const geojson = JSON.parse(await textOf(made, 'analysis/boundaries.geojson')) as {
      crs?: unknown
      features: { properties: object; geometry: object }[]
    }
    expect(geojson.crs).toBeUndefined()
    expect(geojson.features[0]?.properties).toMatchObject({
      valid_from: '2017-07-01T04:12:00Z',
      area_m2: 400,
    })
    const [lng, lat] = JSON.stringify(geojson.features[0]?.geometry).match(/[\d.]+/g) ?? []
    expect(Number(lng)).toBeCloseTo(98.51, 2)
    expect(Number(lat)).toBeCloseTo(31.07, 1)
  })

  it('refuse another format', async () => {
    const made = await analysedSite()
    await expect(exportBoundaries(made.folder, 'dxf')).rejects.toMatchObject({
      code: 'usage',
      message: 'got the format dxf, expected flatgeobuf or geojson',
    })
  })
})
