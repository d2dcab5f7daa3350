import { dashedOutline, kindRenderer } from './qgis-style.ts'
import type { XmlElement } from './xml.ts'

/** A further layer of polygons in the GeoPackage of boundaries. */
export interface MoreLayer {
  /** In the GeoPackage. */
  name: string
  columns: readonly string[]
}

/** How a layer stands in the project. */
export interface LayerLook {
  title: string
  renderer: XmlElement
}

interface Look {
  title: string
  /** QGIS expression that gives a feature's kind, and the columns that it needs. */
  kind: string
  needs: readonly string[]
  kinds: readonly { value: string; label: string; colour: string }[]
}

const LOOKS: Readonly<Record<string, Look>> = {
  new_zones: {
    title: 'New zones and growth along the edge',
    kind: `if("of_event", 'event', "character")`,
    needs: ['of_event', 'character'],
    kinds: [
      { value: 'apart', label: 'new zone, apart from the scar', colour: '#d55e00' },
      { value: 'lobe', label: 'new zone, a lobe of the scar', colour: '#e69f00' },
      { value: 'fringe', label: 'growth along the edge', colour: '#f0e442' },
      { value: 'event', label: 'part of an abrupt change', colour: '#0072b2' },
    ],
  },
  seasons: {
    title: 'Boundary of each season (majority of its frames)',
    kind: '"season"',
    needs: ['season'],
    kinds: [
      { value: 'june-october', label: 'June to October', colour: '#009e73' },
      { value: 'november-may', label: 'November to May', colour: '#56b4e9' },
    ],
  },
  deposits: { title: 'Debris across the river', kind: '', needs: [], kinds: [] },
}

/** A name that says what a layer holds, and a style by kind where its columns tell kinds apart. */
export function lookOf({ name, columns }: MoreLayer): LayerLook {
  const look = LOOKS[name]
  if (look === undefined) return { title: name.replaceAll('_', ' '), renderer: dashedOutline() }
  const { title, kind, kinds, needs } = look
  const isTold = kinds.length > 0 && needs.every((column) => columns.includes(column))
  return { title, renderer: isTold ? kindRenderer(kind, kinds) : dashedOutline() }
}
