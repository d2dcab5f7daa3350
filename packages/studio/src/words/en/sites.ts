/** Texts of the list of sites, in English. */
export const sitesWords = {
  title: 'Sites',
  create: 'New site',
  filter: 'Find a site by name',
  sort: 'Order',
  sorts: { name: 'Name', last: 'Last frame', growth: 'Growth in the last year' },
  count: (count: number) => (count === 1 ? '1 site' : `${count} sites`),
  found: (found: number, count: number) => `${found} of ${count} sites`,
  none: 'No site yet in this folder.',
  noneHint:
    'A site is an area of interest and a span of years. Draw the area on a map, drop a GeoJSON, KML or GeoPackage file, or bring your own GeoTIFFs.',
  noneFound: 'No site has that in its name.',
  oneOnly:
    'This folder is itself a site: start scarline studio in the folder above to make others.',
  frames: (count: number) => (count === 1 ? '1 frame' : `${count} frames`),
  lastFrame: (day: string) => `last ${day}`,
  area: 'Area over time',
  areaLine: (area: string, from: string, to: string) =>
    `Area over time, ${from} to ${to}; now ${area}`,
  noPicture: 'no frames yet',
  unreadable: 'This folder cannot be read as a site.',
  newSiteKey: 'New site',
  filterKey: 'Find a site',
}
