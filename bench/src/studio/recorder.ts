/// <reference lib="dom" />

/** What the page has noted of itself; times are ms since the navigation began. */
export interface Recorded {
  /** From the hand's event to the mask: until the frame after the one that painted it. */
  masks: { startMs: number; endMs: number }[]
  /** Every task of 50 ms or more. */
  longTasks: { startMs: number; durationMs: number }[]
  /** Moments of animation frames, while frames are counted. */
  frames: number[]
  /** Moments at which another frame of the site came into view, while frames are counted. */
  views: number[]
}

/** What the page has besides its own. */
export interface Recorder {
  recorded: Recorded
  /** Begins to count frames anew. */
  countFrames(): void
  stopFrames(): void
  /** ms since the navigation began until something of that name was marked and on the screen; or null. */
  markedAt(name: string): number | null
}

declare global {
  interface Window {
    studioBench: Recorder
  }
}

/**
 * Runs in the page before anything else: notes long tasks, when marks of the page are on the screen, and the time
 * from the pointer's event, as the browser has stamped it, to the mask.
 */
export function installRecorder(maskMeasure: string): void {
  const recorded: Recorded = { masks: [], longTasks: [], frames: [], views: [] }
  const marks = new Map<string, number>()
  let lastGesture = 0
  let isCounting = false
  let view = ''
  for (const type of ['pointerup', 'contextmenu', 'keydown'] as const) {
    addEventListener(type, (event) => (lastGesture = event.timeStamp), { capture: true })
  }
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      recorded.longTasks.push({ startMs: startTime, durationMs: duration })
    }
  }).observe({ type: 'longtask', buffered: true })
  const afterPaint = (then: () => void): void => {
    requestAnimationFrame(() => requestAnimationFrame(then))
  }
  const { mark, measure } = performance
  performance.measure = (...args: Parameters<Performance['measure']>): PerformanceMeasure => {
    const made = measure.apply(performance, args)
    if (args[0] === maskMeasure) {
      const startMs = lastGesture
      // The measure is taken in the frame that paints: the next one begins when that was handed over.
      requestAnimationFrame(() => recorded.masks.push({ startMs, endMs: performance.now() }))
    }
    return made
  }
  performance.mark = (...args: Parameters<Performance['mark']>): PerformanceMark => {
    const [name] = args
    if (!marks.has(name)) {
      marks.set(name, Number.NaN)
      afterPaint(() => marks.set(name, performance.now()))
    }
    return mark.apply(performance, args)
  }
  const step = (): void => {
    if (!isCounting) return
    const now = performance.now()
    recorded.frames.push(now)
    const shown = document.querySelector('.timeline-now')?.getAttribute('aria-valuenow') ?? ''
    if (shown !== view) recorded.views.push(now)
    view = shown
    requestAnimationFrame(step)
  }
  window.studioBench = {
    recorded,
    countFrames() {
      recorded.frames = []
      recorded.views = []
      isCounting = true
      requestAnimationFrame(step)
    },
    stopFrames: () => (isCounting = false),
    markedAt: (name) => marks.get(name) ?? null,
  }
}
