/** A film being made of what a canvas shows. */
export interface Recording {
  /** The whole film, once it has ended. */
  film: Promise<Blob>
  ending: 'mp4' | 'webm'
  /** Ends it early; what was recorded is kept. */
  stop(): void
}

const TYPES = [
  { type: 'video/mp4;codecs=avc1.640028', ending: 'mp4' },
  { type: 'video/webm;codecs=vp9', ending: 'webm' },
  { type: 'video/webm;codecs=vp8', ending: 'webm' },
] as const

const FRAMES_PER_SECOND = 30
const BITS_PER_SECOND = 8_000_000
const LOOK_EVERY_MS = 100

function typeHere(): (typeof TYPES)[number] | undefined {
  if (typeof MediaRecorder === 'undefined') return undefined
  return TYPES.find(({ type }) => MediaRecorder.isTypeSupported(type))
}

/** Whether this browser can make films. */
export function canRecord(): boolean {
  return typeHere() !== undefined
}

/** Records until `isOver`. @throws Error where the browser cannot */
export function recordCanvas(canvas: HTMLCanvasElement, isOver: () => boolean): Recording {
  const type = typeHere()
  if (!type) throw new Error('got a browser without a video encoder, expected MP4 or WebM')
  const stream = canvas.captureStream(FRAMES_PER_SECOND)
  const recorder = new MediaRecorder(stream, {
    mimeType: type.type,
    videoBitsPerSecond: BITS_PER_SECOND,
  })
  const parts: Blob[] = []
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const timer = setInterval(() => {
    if (isOver()) stop()
  }, LOOK_EVERY_MS)
  const film = new Promise<Blob>((resolve, reject) => {
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
    recorder.addEventListener('stop', () => resolve(new Blob(parts, { type: type.type })))
    recorder.addEventListener('error', () =>
      reject(new Error('the browser’s video encoder failed')),
    )
  }).finally(() => {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
  })
  recorder.start()
  return { film, ending: type.ending, stop }
}
