import { describe, expect, it } from 'vitest'
import { readAoiFile } from '../../src/panels/new-site/aoi-file.ts'
import { kindOfFile } from '../../src/shell/dropped-files.ts'
import { en } from '../../src/words/en.ts'

const ring = [
  [98, 31, 2500],
  [99, 31, 2500],
  [99, 32, 2500],
]
const read = (name: string, content: unknown): ReturnType<typeof readAoiFile> =>
  readAoiFile(new File([typeof content === 'string' ? content : JSON.stringify(content)], name), en)

describe('readAoiFile', () => {
  it('takes the polygons of any GeoJSON thing, closes rings and leaves heights out', async () => {
    const polygon = { type: 'Polygon', coordinates: [ring] }
    const feature = { type: 'Feature', properties: {}, geometry: polygon }
    const collection = { type: 'FeatureCollection', features: [feature, feature] }
    const closed = [
      [98, 31],
      [99, 31],
      [99, 32],
      [98, 31],
    ]
    const one = { type: 'Polygon', coordinates: [closed] }
    expect((await read('a.geojson', polygon)).area).toEqual(one)
    expect((await read('a.json', feature)).area).toEqual(one)
    expect((await read('a.geojson', collection)).area).toEqual({
      type: 'MultiPolygon',
      coordinates: [[closed], [closed]],
    })
  })

  it('leaves to the server what it cannot read', async () => {
    expect((await read('a.gpkg', 'SQLite')).file?.name).toBe('a.gpkg')
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::32647' } }
    const projected = {
      type: 'Polygon',
      crs,
      coordinates: [
        [
          [500000, 3e6],
          [5e5, 4e6],
          [6e5, 3e6],
        ],
      ],
    }
    expect((await read('a.geojson', projected)).file?.name).toBe('a.geojson')
  })

  it('says in words what is no area', async () => {
    const { faults } = en.newSite
    await expect(read('a.geojson', 'this is text')).rejects.toThrow(faults.notJson('a.geojson'))
    await expect(read('a.geojson', { type: 'Point', coordinates: [1, 2] })).rejects.toThrow(
      faults.noPolygon('a.geojson'),
    )
    await expect(read('a.json', null)).rejects.toThrow(faults.noPolygon('a.json'))
    const metres = {
      type: 'Polygon',
      coordinates: [
        [
          [5e5, 3e6],
          [5e5, 4e6],
          [6e5, 3e6],
        ],
      ],
    }
    await expect(read('a.geojson', metres)).rejects.toThrow(faults.notDegrees('a.geojson'))
  })
})

describe('kindOfFile', () => {
  it('tells areas from rasters by their endings', () => {
    expect(kindOfFile('x/AREA.KML')).toBe('area')
    expect(kindOfFile('S2A_2017.TIF')).toBe('raster')
    expect(kindOfFile('notes.txt')).toBe('unknown')
    expect(kindOfFile('S2A.tif.aux.xml')).toBe('unknown')
  })
})
