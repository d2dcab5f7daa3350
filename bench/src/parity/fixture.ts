import { Sam2Error } from '@scarline/sam2'
import { z } from 'zod'
import { type CompactScenario, expandScenario } from './compact-scenario.ts'
import { FramesFile, WeightsFile } from './generated-files.ts'
import { Manifest } from './manifest.ts'
import type { NpyArray } from './npy.ts'
import type { ReferenceFolder } from './read-folder.ts'

/** Figures of a reference folder, few enough to keep in a repository: every array is a sample. */
export interface Fixture {
  name: string
  /** How it was made. */
  madeBy: string
  config: unknown
  weights: { salt: string; rules: unknown; overrides: unknown }
  frames: unknown
  modules: unknown
  rows: Record<string, { file: string; shape: number[] }>
  scenarios: Record<string, CompactScenario>
  /** By path: shape of the sample, and its bytes (float32 or uint8) in base64. */
  arrays: Record<string, { type: 'float32' | 'uint8'; shape: number[]; base64: string }>
}

const Fixture: z.ZodType<Fixture> = z.object({
  name: z.string(),
  madeBy: z.string(),
  config: z.unknown(),
  weights: z.object({ salt: z.string(), rules: z.unknown(), overrides: z.unknown() }),
  frames: z.unknown(),
  modules: z.unknown(),
  rows: z.record(z.string(), z.object({ file: z.string(), shape: z.array(z.int()) })),
  scenarios: z.record(z.string(), z.record(z.string(), z.unknown())),
  arrays: z.record(
    z.string(),
    z.object({
      type: z.enum(['float32', 'uint8']),
      shape: z.array(z.int()),
      base64: z.string(),
    }),
  ),
})

/**
 * A fixture as a reference folder. The weights are described by their rules only.
 * @throws ZodError for JSON that is no fixture
 */
export function fixtureFolder(json: unknown): ReferenceFolder {
  const fixture = Fixture.parse(json)
  const { name, config, weights, modules, rows, arrays } = fixture
  const scenarios = Object.fromEntries(
    Object.entries(fixture.scenarios).map(([id, scenario]) => [id, expandScenario(scenario)]),
  )
  return {
    name,
    path: name,
    config,
    manifest: Manifest.parse({ modules, rows, scenarios }),
    weights: WeightsFile.parse({ ...weights, tensors: [] }),
    frames: FramesFile.parse(fixture.frames),
    read(file): Promise<NpyArray> {
      const array = arrays[file]
      if (array) return Promise.resolve(decodeArray(array))
      throw new Sam2Error(`got no ${file} in the fixture ${name}, expected one`, { code: 'input' })
    },
  }
}

function decodeArray({ type, shape, base64 }: Fixture['arrays'][string]): NpyArray {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  return { shape, data: type === 'uint8' ? bytes : new Float32Array(bytes.buffer) }
}

/** An array as a fixture keeps it. */
export function encodeArray(
  data: Float32Array | Uint8Array,
  shape: readonly number[],
): Fixture['arrays'][string] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return { type: data instanceof Uint8Array ? 'uint8' : 'float32', shape: [...shape], base64 }
}
