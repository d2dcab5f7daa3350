import { type Extent, extentOf, widenExtent } from './extent.ts'
import { type Doubt, findDoubts } from './doubtful-ground.ts'
import type { GroundParts } from './ground-parts.ts'
import { type NamedLike, likeNamed, piecesTouching } from './like-named.ts'
import type { WorkingPoint, WorkingRegion } from './named-labels.ts'
import {
  adjoinPatches,
  extentOfJoined,
  type NamedGround,
  type NamedPatches,
  nameGround,
  namePatches,
  type Patches,
  patchesOf,
} from './object-patches.ts'
import type { WorkingGrid } from './working-grid.ts'

/** Which ground belongs to an object; when it is bare is another matter. */
export interface Membership {
  /** 0/1: part of the object whenever bare. */
  member: Uint8Array
  /** What holds every member, and a pixel around it; null without members. */
  extent: Extent | null
  /** Steady ground of which it is not sure whether it belongs. */
  doubts: readonly Doubt[]
}

/** A blank membership: an object without prompts. */
export function emptyMembership(pixels: number): Membership {
  return { member: new Uint8Array(pixels), extent: null, doubts: [] }
}

/** Questions whose answers are remembered: an object's, with and without its accepted masks. */
const REMEMBERED = 2

/**
 * Tells which ground is an object, from what prompts say of it. Remembers what it last found: clicks on the same
 * ground are the same question, on whatever frame.
 *
 * Steady ground that a positive prompt names is, and what is connected with it unless that stands less
 * deep in changed ground (an outcrop that touches the scar by a neck). A steady piece whose surroundings changed wholly
 * stands in failing ground and is; so is one whose surroundings changed in part, unless it is larger than every
 * piece that is named (an outcrop). Changed ground is where a positive prompt names it, or where it adjoins. A steady piece that touches it is what
 * the prompts make of its like: the object where it stands as deep in changed ground as the shallowest
 * piece that they name. The rest of the steady ground
 * (roads, outcrops, banks) is not. Negative prompts take out the steady piece or the separate patch under
 * them.
 */
export function membershipFinder(
  parts: GroundParts,
  working: WorkingGrid,
): (points: readonly WorkingPoint[], regions: readonly WorkingRegion[]) => Membership {
  const found = recalling<NamedGround, ReturnType<typeof findPatches>>((ground) =>
    findPatches(parts, ground, working),
  )
  return (points, regions) => {
    const { patches, membershipOf } = found(nameGround(parts, points, regions, working))
    return membershipOf(namePatches(patches, points, regions, working))
  }
}

function findPatches(
  parts: GroundParts,
  ground: NamedGround,
  working: WorkingGrid,
): { patches: Patches; membershipOf: (named: NamedPatches) => Membership } {
  const patches = patchesOf(parts, ground, working)
  const membershipOf = recalling((named: NamedPatches) => {
    const joined = adjoinPatches(patches, named, working)
    return joinedMembership(parts, ground, patches, joined, working)
  })
  return { patches, membershipOf }
}

/** The function, remembering its last answers by the bytes of what it was asked. */
function recalling<Q extends object, A>(answer: (question: Q) => A): (question: Q) => A {
  const known: { question: Q; answer: A }[] = []
  const isSame = (a: Q, b: Q): boolean =>
    (Object.keys(a) as (keyof Q)[]).every((key) => {
      const [one, other] = [a[key] as Uint8Array, b[key] as Uint8Array]
      return one.length === other.length && one.every((value, i) => value === other[i])
    })
  return (question) => {
    const at = known.findIndex((one) => isSame(one.question, question))
    const [one = { question, answer: answer(question) }] = at < 0 ? [] : known.splice(at, 1)
    known.unshift(one)
    known.splice(REMEMBERED)
    return one.answer
  }
}

function joinedMembership(
  parts: GroundParts,
  ground: NamedGround,
  patches: Patches,
  joined: Uint8Array,
  working: WorkingGrid,
): Membership {
  const { width, height } = working
  const { labels } = patches
  const member = new Uint8Array(labels.length)
  const window = extentOfJoined(patches, joined)
  if (window === null) return { member, extent: null, doubts: [] }
  for (let row = window.top; row < window.top + window.height; row++) {
    const start = row * width + window.left
    for (let i = start; i < start + window.width; i++) {
      member[i] = joined[labels[i] as number] as number
    }
  }
  const like = likeNamed(parts, ground)
  addLikeNamed(parts, ground, like, member, widenExtent(window, 1, working), working)
  const extent = extentOf(member, width, height, 1)
  return {
    member,
    extent,
    doubts: extent ? findDoubts(parts, ground, like, member, extent, working) : [],
  }
}

/**
 * Adds the steady pieces that touch the object's changed ground and stand as deep in changed ground as
 * those that the prompts name, and are no larger than the largest of those.
 * @param window holds the members, and a pixel around them
 */
function addLikeNamed(
  parts: GroundParts,
  { refused }: NamedGround,
  like: NamedLike,
  member: Uint8Array,
  window: Extent,
  working: WorkingGrid,
): void {
  const { pieces, changedBeside } = parts
  const isLike = Uint8Array.from(changedBeside, (depth, piece) => {
    if (piece === 0 || refused[piece] || (pieces.sizesPx[piece] as number) > like.largestPx)
      return 0
    return depth >= like.shallowest ? 1 : 0
  })
  const touching = piecesTouching(parts, isLike, member, window, working)
  if (!touching.includes(1)) return
  for (let i = 0; i < member.length; i++) if (touching[pieces.labels[i] as number]) member[i] = 1
}
