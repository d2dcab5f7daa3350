import type {
  Artefact,
  DeseasonedSeries,
  InverseVelocity,
  Onset,
  Phase,
  ScarEvent,
} from './analysis-events.ts'
import type { ToldGrowth } from './analysis-growth.ts'
import type { PlacedZone } from './analysis-zones.ts'

/** A time in which the river was dammed. */
export interface DamInterval {
  /** Last frame that shows it open before (null: none does), and first that shows it dammed. */
  afterAt: string | null
  dammedByAt: string
  /** Last frame that shows it dammed, and first that shows it open again (null: none does). */
  dammedUntilAt: string
  clearedByAt: string | null
}

/** A dam with the frames that show it. */
export interface Dam extends DamInterval {
  /** Frames that show debris from bank to bank. */
  sights: number
  /** Of the frame that shows most of it; null where no frame gives its outline. */
  deposit: { capturedAt: string; areaM2: number; lowM2: number; highM2: number } | null
}

/** One piece of the scar through time: a node of the graph. */
export interface LineagePiece {
  /** 1, 2, … in the order of birth, larger ones first. */
  id: number
  /** `first-frame`: there from the start. `split`: torn off another piece. */
  birth: 'first-frame' | 'new' | 'split'
  /** Last frame before it and first that shows it; null where it was there from the start. */
  bornAfterAt: string | null
  bornAt: string
  /** `last-frame`: still there. `gone`: covered. `merged`: joined to another piece. */
  end: 'last-frame' | 'gone' | 'merged'
  /** Last frame that shows it as itself, and first that shows it gone or merged (null while it lives). */
  lastAt: string
  endedByAt: string | null
  /** Frames that show it. */
  sights: number
  firstM2: number
  lastM2: number
  largestM2: number
  largestAt: string
}

/** A piece that became part of another, or was torn off it: an edge of the graph. */
export interface LineageEdge {
  kind: 'merge' | 'split'
  fromId: number
  toId: number
  /** Brackets it: last frame before, first frame that shows it. */
  afterAt: string
  byAt: string
}

/** When debris crossed the river. */
export interface RiverDams {
  /** What is looked at: the frames' own NDVI along the river, or the masks on the valley floor. */
  evidence: 'frames' | 'masks'
  intervals: Dam[]
  words: string
}

/** What became of one object beyond its areas. */
export interface ObjectEvolution {
  objectId: number
  /** The whole series in a few sentences. */
  words: string[]
  events: ScarEvent[]
  artefacts: Artefact[]
  phases: Phase[]
  onsets: Onset[]
  deseasoned: DeseasonedSeries
  /** Before each abrupt gain with an onset, and since an onset that no gain has followed yet. */
  inverseVelocity: InverseVelocity[]
  newZones: PlacedZone[]
  /** Null where no river is known to run through the site. */
  dams: RiverDams | null
  /** Whole period, events, same-season pairs. */
  growth: ToldGrowth[]
  lineage: { pieces: LineagePiece[]; edges: LineageEdge[] }
}

/** analysis/events.json */
export interface Evolution {
  formatVersion: 1
  sensorPixelM: number
  /** Which elevations were used, or why none. */
  elevation: { known: boolean; words: string }
  /** How it is found, one sentence each. */
  method: string[]
  objects: ObjectEvolution[]
}

/** A series in words. */
export interface ToldEvolution {
  /** Few sentences, what matters most first. */
  lead: string[]
  /** Every finding that is worth a sentence. */
  more: string[]
}
