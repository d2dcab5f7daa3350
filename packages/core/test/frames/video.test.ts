import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawOverlay, planScaleBar } from '../../src/frames/video-overlay.ts'
import { type VideoPicture, encodeVideo, planVideoSize } from '../../src/frames/video.ts'

const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0
if (!hasFfprobe) console.warn('skipped: ffprobe is not on the PATH')

describe('planScaleBar', () => {
  it('takes a round length of at most a quarter of the picture', () => {
    expect(planScaleBar(1080, 2.22)).toEqual({ lengthM: 500, lengthPx: 225, label: '500 m' })
    expect(planScaleBar(1000, 10)).toEqual({ lengthM: 2000, lengthPx: 200, label: '2 km' })
    expect(planScaleBar(400, 1)).toEqual({ lengthM: 100, lengthPx: 100, label: '100 m' })
  })
})

describe('planVideoSize', () => {
  it('is even, bounded and undistorted', () => {
    expect(planVideoSize(1200, 1200)).toMatchObject({ width: 1080, height: 1080 })
    expect(planVideoSize(2401, 1201)).toMatchObject({ width: 1080, height: 540 })
    expect(planVideoSize(101, 99)).toMatchObject({ width: 404, height: 396, scale: 4 })
  })
})

describe('drawOverlay', () => {
  it('draws the same on every machine and stays inside small pictures', () => {
    const canvas = { data: new Uint8Array(4 * 60 * 40).fill(128), width: 60, height: 40 }
    drawOverlay(canvas, '2018-10-12', 2)
    expect(canvas.data.some((value) => value === 255)).toBe(true)
    expect(canvas.data.length).toBe(4 * 60 * 40)
  })
})

describe.skipIf(!hasFfprobe)('encodeVideo', () => {
  it('makes an H.264 video with one picture a frame that ffprobe reads', async () => {
    async function* pictures(): AsyncGenerator<VideoPicture> {
      for (let i = 0; i < 5; i++) {
        yield { rgb: new Uint8Array(3 * 400 * 300).fill(40 * i), label: `2018-10-0${i + 1}` }
      }
    }
    const bytes = await encodeVideo({
      pictures: pictures(),
      width: 400,
      height: 300,
      pixelSizeM: 2,
    })
    const dir = mkdtempSync(join(tmpdir(), 'scarline-video-'))
    try {
      writeFileSync(join(dir, 'v.mp4'), bytes)
      const json = execFileSync('ffprobe', [
        ...['-v', 'error', '-count_frames', '-show_streams', '-of', 'json'],
        join(dir, 'v.mp4'),
      ])
      const [stream] = (JSON.parse(json.toString()) as { streams: Record<string, unknown>[] })
        .streams
      expect(stream).toMatchObject({
        codec_name: 'h264',
        pix_fmt: 'yuv420p',
        width: 800,
        height: 600,
        nb_read_frames: '5',
        r_frame_rate: '4/1',
      })
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  it('makes equal bytes of equal pictures, whenever', async () => {
    const make = (): Promise<Uint8Array> => {
      async function* pictures(): AsyncGenerator<VideoPicture> {
        yield { rgb: new Uint8Array(3 * 40 * 40).fill(90), label: '2018-10-01' }
      }
      return encodeVideo({ pictures: pictures(), width: 40, height: 40, pixelSizeM: 2 })
    }
    const first = await make()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(Buffer.from(await make()).equals(Buffer.from(first))).toBe(true)
  })

  it('stops when cancelled', async () => {
    const controller = new AbortController()
    async function* pictures(): AsyncGenerator<VideoPicture> {
      for (;;) {
        yield { rgb: new Uint8Array(3 * 40 * 40), label: '2018-10-01' }
        controller.abort()
      }
    }
    await expect(
      encodeVideo({
        pictures: pictures(),
        width: 40,
        height: 40,
        pixelSizeM: 2,
        signal: controller.signal,
      }),
    ).rejects.toMatchObject({ name: 'AbortError' })
  })
})
