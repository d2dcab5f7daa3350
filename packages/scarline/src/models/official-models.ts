/** One of Meta's published checkpoints. */
export interface OfficialModel {
  /** Name on the command line and in `track.json`. */
  id: string
  /** Name of the configuration that its tensors must be recognised as. */
  configName: string
  file: string
  url: string
  bytes: number
  /** SHA-256 of the file, lower-case hex; null where nobody is known to have published one. */
  sha256: string | null
}

/** What the checkpoints may be used under. */
export const OFFICIAL_LICENCE = 'Apache-2.0'

/** The model that `track` uses where its weights are there. */
export const DEFAULT_MODEL_ID = 'sam2.1-hiera-tiny'

const META = 'https://dl.fbaipublicfiles.com/segment_anything_2'

function official(
  release: '072824' | '092824',
  configName: string,
  bytes: number,
  sha256: string,
): OfficialModel {
  const file = `${configName}.pt`
  const id = configName.replaceAll('_', '-')
  return { id, configName, file, url: `${META}/${release}/${file}`, bytes, sha256 }
}

/**
 * The eight official checkpoints. Meta publishes neither sizes nor checksums; these are the figures of
 * projects that pin Meta's files at these addresses: SHA-256 of all eight in
 * computational-cell-analytics/micro-sam, `micro_sam/v2/util.py` at 4f6cca8, those of 2.1 also in
 * InterDigitalInc/CompressAI-Vision, `scripts/install_models.sh`.
 */
export const OFFICIAL_MODELS: readonly OfficialModel[] = [
  official(
    '092824',
    'sam2.1_hiera_tiny',
    156_008_466,
    '7402e0d864fa82708a20fbd15bc84245c2f26dff0eb43a4b5b93452deb34be69',
  ),
  official(
    '092824',
    'sam2.1_hiera_small',
    184_416_285,
    '6d1aa6f30de5c92224f8172114de081d104bbd23dd9dc5c58996f0cad5dc4d38',
  ),
  official(
    '092824',
    'sam2.1_hiera_base_plus',
    323_606_802,
    'a2345aede8715ab1d5d31b4a509fb160c5a4af1970f199d9054ccfb746c004c5',
  ),
  official(
    '092824',
    'sam2.1_hiera_large',
    898_083_611,
    '2647878d5dfa5098f2f8649825738a9345572bae2d4350a2468587ece47dd318',
  ),
  official(
    '072824',
    'sam2_hiera_tiny',
    155_906_050,
    '65b50056e05bcb13694174f51bb6da89c894b57b75ccdf0ba6352c597c5d1125',
  ),
  official(
    '072824',
    'sam2_hiera_small',
    184_309_650,
    '95949964d4e548409021d47b22712d5f1abf2564cc0c3c765ba599a24ac7dce3',
  ),
  official(
    '072824',
    'sam2_hiera_base_plus',
    323_493_298,
    'd0bb7f236400a49669ffdd1be617959a8b1d1065081789d7bbff88eded3a8071',
  ),
  official(
    '072824',
    'sam2_hiera_large',
    897_952_466,
    '7442e4e9b732a508f80e141e7c2913437a3610ee0c77381a66658c3a445df87b',
  ),
]

/** The official model of that name, with `-` or `_`, `.pt` or not; null where there is none. */
export function officialModel(name: string): OfficialModel | null {
  const id = name.toLowerCase().replace(/\.pt$/, '').replaceAll('_', '-')
  return OFFICIAL_MODELS.find((model) => model.id === id) ?? null
}
