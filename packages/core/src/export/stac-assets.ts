import type { Frame } from '../model/frame.ts'
import type { TrackedFrame } from '../model/track.ts'
import { VALIDITY } from '../model/validity.ts'
import {
  type AssetFields,
  type FileLookup,
  MEDIA_TYPES,
  type StacAsset,
  fileFields,
  hrefTo,
} from './stac-documents.ts'

/** Folders between the site folder and an item. */
export const ITEM_DEPTH = 2

interface StacClass {
  value: number
  name: string
  description: string
  color_hint: string
  nodata?: boolean
}

/** Classes of a mask. */
export const MASK_CLASSES: readonly StacClass[] = [
  { value: 0, name: 'background', description: 'Not part of the object', color_hint: 'FFFFFF' },
  { value: 1, name: 'scar', description: 'Part of the object', color_hint: 'D55E00' },
]

/** Classes of a validity raster; the ground was seen where it is clear, dark or bare. */
export const VALIDITY_CLASSES: readonly StacClass[] = [
  {
    value: VALIDITY.nodata,
    name: 'nodata',
    description: 'Outside the swath, defective or saturated',
    color_hint: '000000',
    nodata: true,
  },
  { value: VALIDITY.clear, name: 'clear', description: 'Seen', color_hint: '009E73' },
  { value: VALIDITY.cloud, name: 'cloud', description: 'Hidden by cloud', color_hint: 'FFFFFF' },
  {
    value: VALIDITY.shadow,
    name: 'cloud-shadow',
    description: 'Hidden by the shadow of a cloud',
    color_hint: '5A6572',
  },
  { value: VALIDITY.snow, name: 'snow', description: 'Hidden by snow', color_hint: '56B4E9' },
  {
    value: VALIDITY.dark,
    name: 'dark',
    description: 'Seen in the shadow of terrain',
    color_hint: '0072B2',
  },
  {
    value: VALIDITY.bareKept,
    name: 'bare-ground',
    description: 'Seen: bare ground that the product took for cloud',
    color_hint: 'E69F00',
  },
]

/** Kinds of file that a frame may have. */
export type AssetKind =
  | 'picture'
  | 'true-colour'
  | 'false-colour'
  | 'ndvi'
  | 'validity'
  | 'mask'
  | 'probability'

/** Kinds of file that a frame may have, as an item describes them: without the file. */
export const ASSET_KINDS: Record<AssetKind, AssetFields> = {
  picture: {
    type: MEDIA_TYPES.png,
    title: 'Picture that the segmenter saw',
    description: 'NDVI as grey; ground that was not observed is filled from memory.',
    roles: ['overview', 'visual'],
    'processing:level': 'L3',
  },
  'true-colour': {
    type: MEDIA_TYPES.png,
    title: 'True colour',
    roles: ['overview', 'visual'],
    'processing:level': 'L3',
  },
  'false-colour': {
    type: MEDIA_TYPES.png,
    title: 'False colour: near infrared, red, green',
    roles: ['overview', 'visual'],
    'processing:level': 'L3',
  },
  ndvi: {
    type: MEDIA_TYPES.cog,
    title: 'NDVI',
    description: 'NaN where the ground was not observed.',
    roles: ['data'],
    'processing:level': 'L3',
    'processing:expression': { format: 'text', expression: '(nir - red) / (nir + red)' },
  },
  validity: {
    type: MEDIA_TYPES.cog,
    title: 'What each pixel showed',
    roles: ['metadata', 'data-mask'],
    'processing:level': 'L3',
    'classification:classes': VALIDITY_CLASSES,
  },
  mask: {
    type: MEDIA_TYPES.cog,
    title: 'Mask',
    roles: ['data', 'labels'],
    'processing:level': 'L4',
    'classification:classes': MASK_CLASSES,
  },
  probability: {
    type: MEDIA_TYPES.cog,
    title: 'Probability of the mask',
    roles: ['data'],
    'processing:level': 'L4',
  },
}

/** The one band of a raster asset, with the resolution that the site grid has, m. */
export function bandOf(
  kind: 'ndvi' | 'validity' | 'mask' | 'probability',
  pixelSizeM: number,
): Record<string, unknown> {
  const common = { 'raster:spatial_resolution': pixelSizeM, 'raster:sampling': 'area' }
  if (kind === 'ndvi') return { name: kind, data_type: 'float32', nodata: 'nan', ...common }
  if (kind === 'probability') {
    return { name: kind, data_type: 'uint8', nodata: 255, 'raster:scale': 1 / 200, ...common }
  }
  return { name: kind, data_type: 'uint8', ...common }
}

/** Key of an object's asset: object 1 has the plain name. */
export function objectKey(kind: 'mask' | 'probability', objectId: number): string {
  return objectId === 1 ? kind : `${kind}-object-${objectId}`
}

/** Assets of a frame and of the masks on it; files that are not there are left out. */
export function frameAssets(
  frame: Frame,
  tracked: readonly TrackedFrame[],
  pixelSizeM: number,
  modelHref: (mask: TrackedFrame) => string,
  lookup: FileLookup,
): Record<string, StacAsset> {
  const assets: Record<string, StacAsset> = {}
  const add = (key: string, name: string | null, fields: AssetFields): void => {
    const facts = name === null ? null : lookup(name)
    if (name === null || facts === null) return
    assets[key] = { href: hrefTo(name, ITEM_DEPTH), ...fields, ...fileFields(facts) }
  }
  const { files } = frame
  add('picture', files.picture, ASSET_KINDS.picture)
  add('true-colour', files.trueColour, ASSET_KINDS['true-colour'])
  add('false-colour', files.falseColour, ASSET_KINDS['false-colour'])
  add('ndvi', files.ndvi, { ...ASSET_KINDS.ndvi, bands: [bandOf('ndvi', pixelSizeM)] })
  add('validity', files.validity, {
    ...ASSET_KINDS.validity,
    bands: [bandOf('validity', pixelSizeM)],
  })
  for (const mask of tracked) {
    const { objectId } = mask
    const suffix = objectId === 1 ? '' : ` of object ${objectId}`
    const answer = {
      'processing:expression': { format: 'stac-mlm', expression: modelHref(mask) },
      'scarline:object': objectId,
    }
    add(objectKey('mask', objectId), mask.mask, {
      ...ASSET_KINDS.mask,
      title: `Mask${suffix}`,
      bands: [bandOf('mask', pixelSizeM)],
      ...answer,
      'scarline:area_m2': mask.areaM2,
      'scarline:confidence': mask.confidence.score,
      'scarline:locked': mask.locked,
      'scarline:prompted': mask.promptHash !== null,
      'scarline:flags': mask.flags,
    })
    add(objectKey('probability', objectId), mask.probability, {
      ...ASSET_KINDS.probability,
      title: `Probability of the mask${suffix}`,
      bands: [bandOf('probability', pixelSizeM)],
      ...answer,
    })
  }
  return assets
}
