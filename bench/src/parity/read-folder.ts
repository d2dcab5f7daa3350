import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Sam2Error } from '@scarline/sam2'
import type { z } from 'zod'
import { generateFrame } from './frames.ts'
import { FramesFile, WeightsFile } from './generated-files.ts'
import { Manifest, type Video } from './manifest.ts'
import { type NpyArray, asFloats, parseNpy } from './npy.ts'

/** One model folder and the frames beside it, read and checked; arrays are read when asked. */
export interface ReferenceFolder {
  readonly name: string
  readonly path: string
  /** Model definition in upstream vocabulary. */
  readonly config: unknown
  readonly manifest: Manifest
  /** Absent where the folder holds a checkpoint only. */
  readonly weights: WeightsFile | undefined
  readonly frames: FramesFile
  /** One array by its path in the manifest. */
  read(file: string): Promise<NpyArray>
}

/**
 * The model folders of `path`: itself, or all those directly in it, by name.
 * @throws Sam2Error `input` when there is none
 */
export async function findModelFolders(path: string): Promise<string[]> {
  const root = resolve(path)
  if (existsSync(join(root, 'manifest.json'))) return [root]
  const entries = existsSync(root)
    ? await readdir(root, { withFileTypes: true }).catch(() => [])
    : []
  const folders = entries
    .filter((entry) => existsSync(join(root, entry.name, 'manifest.json')))
    .map((entry) => join(root, entry.name))
    .toSorted()
  if (folders.length === 0) notAFolder(`no manifest.json in ${path} nor in a folder of it`)
  return folders
}

/**
 * Reads the descriptions of one model folder.
 * @throws Sam2Error `input` naming the file and the field that are not as expected
 */
export async function readFolder(path: string): Promise<ReferenceFolder> {
  const manifest = await readJson(join(path, 'manifest.json'), Manifest)
  const weightsPath = inside(path, manifest.weights)
  const framesPath = [join(dirname(path), 'frames'), join(path, 'frames')]
    .map((folder) => join(folder, 'frames.json'))
    .find((file) => existsSync(file))
  if (!framesPath) return notAFolder(`no frames/frames.json beside ${path} nor in it`)
  return {
    name: basename(path),
    path,
    manifest,
    config: await readJson(inside(path, manifest.config_file)),
    weights: existsSync(weightsPath) ? await readJson(weightsPath, WeightsFile) : undefined,
    frames: await readJson(framesPath, FramesFile),
    read: (file) => readArray(path, file),
  }
}

async function readArray(folder: string, file: string): Promise<NpyArray> {
  const path = inside(folder, file)
  if (!existsSync(path)) notAFolder(`no file ${file} in ${folder}`)
  return parseNpy(await readFile(path), file)
}

/** One float32 array of the folder by its path in the manifest. */
export async function readFloats(folder: ReferenceFolder, file: string): Promise<Float32Array> {
  return asFloats(await folder.read(file), file)
}

/** A frame made by the rule of its video. */
export function folderFrame(
  folder: Pick<ReferenceFolder, 'frames'>,
  video: Video,
  frameIdx: number,
): Uint8Array {
  const variant = folder.frames.variants[video.variant]
  if (!variant) return notAFolder(`no variant ${video.variant} in frames.json`)
  return generateFrame(variant, video.width, video.height, frameIdx)
}

/** Frames of `frames.json` that the rule does not reproduce bit for bit, as `video/frame`. */
export function wrongFrames(frames: FramesFile): { checked: number; wrong: string[] } {
  const wrong: string[] = []
  let checked = 0
  for (const [name, video] of Object.entries(frames.videos)) {
    for (const [frameIdx, { sha256_rgb }] of video.frames.entries()) {
      const rgb = folderFrame({ frames }, { ...video, name, num_frames: 1 }, frameIdx)
      checked++
      if (sha256(rgb) !== sha256_rgb) wrong.push(`${name}/${frameIdx}`)
    }
  }
  return { checked, wrong }
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readJson(path: string): Promise<unknown>
async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>>
async function readJson(path: string, schema?: z.ZodType): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => notAFolder(`no readable file ${path}`))
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    notAFolder(`no JSON in ${path} (${error instanceof Error ? error.message : String(error)})`)
  }
  if (!schema) return json
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return notAFolder(`${issue?.message ?? 'another form'} at ${issue?.path.join('.')} of ${path}`)
}

/** The path of a file that the manifest names; it may not leave the folder. */
function inside(folder: string, file: string): string {
  const path = resolve(folder, file)
  if (relative(folder, path).startsWith('..')) notAFolder(`a path outside the folder: ${file}`)
  return path
}

function notAFolder(got: string): never {
  throw new Sam2Error(`got ${got}, expected a reference folder`, {
    code: 'input',
    hint: 'Give a folder with manifest.json, config.json, weights.json and frames/frames.json beside it.',
  })
}
