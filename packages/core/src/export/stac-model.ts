import type { Grid } from '../model/grid.ts'
import { MASK_CLASSES } from './stac-assets.ts'
import {
  type FileFacts,
  MEDIA_TYPES,
  STAC_EXTENSIONS,
  STAC_VERSION,
  type StacAsset,
  type StacExportItem,
  type StacFile,
  fileFields,
} from './stac-documents.ts'
import type { GridFootprint } from './grid-footprint.ts'

/** One engine with its settings and weights, as masks name it. */
export interface UsedModel {
  segmenter: string
  modelHash: string
}

/** Where the published weights of a segmenter are, and how they are told from others. */
export interface PublishedWeights {
  href: string
  sizeBytes: number
  /** SHA-256, lower-case hex; null where it is not known. */
  sha256: string | null
}

/** Id of a model's item: letters, digits, points and hyphens. */
export function modelItemId({ segmenter, modelHash }: UsedModel): string {
  return `model-${segmenter}-${modelHash}`.replaceAll(/[^A-Za-z0-9.]+/g, '-')
}

/** Name of a model as MLM wants it: a letter first, a letter or digit last. */
export function modelName({ segmenter }: UsedModel): string {
  const plain = segmenter
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
  if (/^[A-Za-z]/.test(plain) && plain.length > 2) return plain
  return plain === '' ? 'model' : `model-${plain}`
}

/**
 * The item of a model (STAC MLM extension) and the JSON file that its model asset points to. Weights
 * are not part of a site; the file says what identifies them.
 */
export function planModelItem(input: {
  model: UsedModel
  grid: Grid
  footprint: GridFootprint
  /** First and last frame, UTC ISO 8601. */
  firstAt: string
  lastAt: string
  software: Record<string, string>
  weights: PublishedWeights | null
  factsOf: (text: string) => FileFacts
}): StacFile[] {
  const { model, grid, footprint, weights } = input
  const id = modelItemId(model)
  const isNdvi = model.segmenter === 'ndvi'
  const card = `${JSON.stringify(modelCard(model, isNdvi), null, 1)}\n`
  const classes = MASK_CLASSES
  const tasks = ['semantic-segmentation', 'instance-segmentation']
  const shape = [-1, 1, grid.height, grid.width]
  const dim_order = ['batch', 'channel', 'height', 'width']
  const assets: Record<string, StacAsset> = {
    model: {
      href: './model.json',
      type: MEDIA_TYPES.json,
      title: 'What identifies the model',
      description: 'The engine, its version and, for a model with weights, their hash.',
      roles: ['mlm:model', 'metadata'],
      'mlm:artifact_type': isNdvi ? 'scarline' : 'scarline-sam2',
      ...fileFields(input.factsOf(card)),
    },
  }
  if (weights !== null) {
    assets['weights'] = {
      href: weights.href,
      type: MEDIA_TYPES.pytorch,
      title: 'Weights as published',
      roles: ['mlm:weights'],
      'file:size': weights.sizeBytes,
      ...(weights.sha256 === null ? {} : { 'file:checksum': `1220${weights.sha256}` }),
    }
  }
  const item: StacExportItem = {
    type: 'Feature',
    stac_version: STAC_VERSION,
    stac_extensions: [
      STAC_EXTENSIONS.classification,
      STAC_EXTENSIONS.file,
      STAC_EXTENSIONS.mlm,
      STAC_EXTENSIONS.processing,
    ],
    id,
    geometry: footprint.geometry,
    bbox: footprint.bboxLngLat,
    properties: {
      title: `Segmenter ${model.segmenter}`,
      description: `${describe(isNdvi)} Place and time are those of the site that it was used on, not of its training.`,
      datetime: null,
      start_datetime: input.firstAt,
      end_datetime: input.lastAt,
      'processing:software': input.software,
      'mlm:name': modelName(model),
      'mlm:architecture': isNdvi ? 'Two-state Markov chain per pixel, bare or vegetated' : 'SAM 2',
      'mlm:tasks': tasks,
      'mlm:framework': isNdvi ? 'Scarline' : 'ONNX',
      'mlm:hyperparameters': { segmenter: model.segmenter, model_hash: model.modelHash },
      'mlm:input': [
        {
          name: isNdvi
            ? 'NDVI of every frame, (nir - red) / (nir + red)'
            : 'Pictures of NDVI, in time order',
          // MLM 1.4 looks for named bands where STAC 1.1 forbids them: in the item's properties.
          bands: [],
          input: isNdvi
            ? { shape, dim_order, data_type: 'float32' }
            : { shape: [-1, 3, -1, -1], dim_order, data_type: 'float32' },
        },
      ],
      'mlm:output': [
        {
          name: 'mask',
          tasks,
          result: { shape, dim_order, data_type: 'uint8' },
          'classification:classes': classes,
        },
      ],
    },
    links: [
      { rel: 'root', href: '../catalog.json', type: MEDIA_TYPES.json },
      { rel: 'parent', href: '../catalog.json', type: MEDIA_TYPES.json },
    ],
    assets,
  }
  return [
    { name: `${id}/${id}.json`, document: item },
    { name: `${id}/model.json`, document: modelCard(model, isNdvi) },
  ]
}

function describe(isNdvi: boolean): string {
  return isNdvi
    ? 'The engine without weights: it tells bare from vegetated ground through the whole series, and the object from other bare ground by the prompts.'
    : 'A video model with memory (SAM 2; Ravi et al., 2024, arXiv:2408.00714), prompted by clicks, boxes and masks.'
}

function modelCard(model: UsedModel, isNdvi: boolean): object {
  return {
    segmenter: model.segmenter,
    modelHash: model.modelHash,
    modelHashIs: isNdvi
      ? 'the version of the engine: equal versions and prompts give equal masks'
      : 'the version of the engine and a hash of weights, configuration and package: equal hashes and prompts give equal masks',
  }
}
