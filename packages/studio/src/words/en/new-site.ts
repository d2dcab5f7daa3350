/** Texts of the page for a new site, in English. */
export const newSiteWords = {
  title: 'New site',
  form: 'Description of the site',
  create: 'Create the site',
  creating: 'Creating…',
  sending: 'Sending the files…',
  acquireAtOnce: 'Begin to acquire scenes at once',
  problems: (count: number) =>
    count === 1 ? 'One field has to be mended first.' : `${count} fields have to be mended first.`,
  name: 'Name',
  nameExample: 'e.g. Baige',
  area: 'Area of interest',
  areaHelp: 'Take in the slope around the scar: stable ground is what change is told from.',
  bbox: 'West, south, east, north in degrees',
  file: 'From a file…',
  fileLabel: 'Take the area from a GeoJSON, KML or GeoPackage file',
  fileTaken: (name: string) => `Area from ${name}`,
  fileForServer: (name: string) =>
    `${name} is read when the site is created, so the map cannot show it.`,
  removeArea: 'Remove the area',
  areaIs: (area: string) => `About ${area}`,
  pixels: (width: string, height: string) => `frames of about ${width} × ${height} pixels`,
  dates: 'Dates',
  from: 'First day',
  to: 'Last day',
  source: 'Scenes from',
  providers: {
    'earth-search': 'Earth Search (AWS, free)',
    'planetary-computer': 'Planetary Computer (Microsoft)',
    cdse: 'Copernicus Data Space (CDSE)',
    stac: 'Another STAC archive…',
    local: 'Files on this computer…',
  },
  stacUrl: 'Address of the STAC API or catalogue',
  collection: 'Collection',
  pixelSize: 'Pixel size of the frames, m',
  pixelSizeHelp:
    'Sentinel-2 measures 10 m; frames are resampled to 2 m so that shifts below a pixel can be mended.',
  files: 'Choose files…',
  folder: 'Choose a folder…',
  filesHelp:
    'GeoTIFFs with red and near-infrared bands, or NDVI; dates from their names or metadata. Without an area of interest, all that they cover is taken.',
  filesTaken: (count: number, size: string) =>
    count === 1 ? `1 file, ${size}` : `${count} files, ${size}`,
  removeFiles: 'Remove the files',
  drop: 'Drop it here',
  dropHelp: 'GeoJSON, KML or GeoPackage for the area; GeoTIFFs or a folder of them for the scenes',
  map: {
    label: 'Map to draw the area of interest on. Arrow keys move it, + and − zoom.',
    tools: 'Drawing tools',
    rectangle: 'Rectangle',
    polygon: 'Polygon',
    view: 'Take the view',
    viewHelp: 'Take what the map shows now as the area',
    clear: 'Clear',
    hintRectangle: 'Press, drag and let go.',
    hintPolygon: 'Click each corner; double-click the last one. Escape gives up.',
    hintEdit: 'Drag corners or edges to mend the area.',
    hintStart: 'Draw the area, drop a file here, or type its box at the right.',
    goTo: 'Go to',
    goToExample: 'lng, lat – e.g. 98.70, 31.08',
    goToBad: (got: string) =>
      `Got “${got}”, expected longitude and latitude in degrees, such as 98.70, 31.08.`,
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    basemap: 'Basemap',
    basemapHelp:
      'Without a basemap this page fetches nothing from outside. With one, its server sees which places you look at. The address is kept in this browser only.',
    basemapUrl: 'Address of tiles with {z}, {x}, {y}',
    basemapUse: 'Use',
    basemapRemove: 'No basemap',
    basemapBad: (got: string) =>
      `Got “${got}”, expected an https address with {z}, {x} and {y} in it.`,
  },
  faults: {
    name: 'Give the site a name.',
    noArea: 'Draw an area, type its box, or drop a file.',
    bbox: (got: string) =>
      `Got “${got}”, expected four numbers in degrees: west, south, east, north, such as 98.49, 31.05, 98.53, 31.08.`,
    bboxRange: 'Expected longitudes within ±180 and latitudes between −80 and 84.',
    bboxOrder: 'Expected the south below the north, and west and east to differ.',
    tooSmall: (area: string) =>
      `${area} is too small, expected at least 10,000 m² (a hundred Sentinel-2 pixels). Take in the slope around the scar too.`,
    tooLarge: (area: string) =>
      `${area} is too large, expected at most 10,000 km². Draw it around the slope: a landslide needs a few km².`,
    day: 'Expected a day such as 2017-01-31.',
    dayOrder: 'The last day is before the first. Swap them.',
    pixelSize: 'Expected 0.5 to 100 m; 2 m suits Sentinel-2.',
    tooManyPixels: (pixels: string) =>
      `${pixels} million pixels a frame are more than an ordinary computer can hold (134 million). Choose larger pixels or a smaller area.`,
    stacUrl: 'Expected an address that begins with https:// or http://.',
    files: 'Choose the GeoTIFFs, or drop the folder that holds them.',
    noRasters:
      'Nothing in it is a raster or an area: expected GeoTIFF or JPEG 2000 files for the scenes, or one GeoJSON, KML or GeoPackage file for the area.',
    unknownFile: (name: string) =>
      `${name} is neither an area (GeoJSON, KML, GeoPackage) nor a raster (GeoTIFF, JPEG 2000).`,
    notJson: (name: string) =>
      `${name} is no GeoJSON: it cannot be read as JSON. Save the area from QGIS as GeoJSON, KML or GeoPackage.`,
    notXml: (name: string) =>
      `${name} is no KML: it cannot be read as XML. Save the area anew from Google Earth or QGIS.`,
    noPolygon: (name: string) =>
      `${name} holds no polygon, expected the outline of the area. Draw it as a polygon.`,
    notDegrees: (name: string) =>
      `${name} is not in degrees, expected WGS 84 (EPSG:4326). Save it in WGS 84 and drop it again.`,
    manyAreas: 'Got several files with an area, expected one.',
    tooBigFile: (name: string) => `${name} is larger than 20 MB, expected the outline of one area.`,
  },
}
