import type { StudioTimes } from './measure-studio.ts'

/** For people. */
export function reportText(times: StudioTimes, misses: readonly string[]): string {
  const { large, long, readyMs, propagation } = times
  const rows = [
    `${times.browser}; ${large.widthPx} x ${large.heightPx} pixels, ${large.frames} frames; ${long.frames} frames`,
    `engine ready: first ${seconds(readyMs.first)}, again ${seconds(readyMs.again)}`,
    ...(['clicks', 'corrections'] as const).flatMap((name) =>
      (['all', 'first', 'later'] as const).map((part) => {
        const { count, median, p95, most } = times[name][part]
        return `${name}, ${part} (${count}): median ${median} ms, p95 ${p95} ms, most ${most} ms`
      }),
    ),
    ...times.scrubs.map(
      ({ site, by, gapMs, perSecond, dropped, droppedShare, viewsPerSecond }) =>
        `scrub ${site} by ${by}: ${perSecond}/s, gap median ${gapMs.median} ms, p95 ${gapMs.p95} ms, ` +
        `most ${gapMs.most} ms, dropped ${dropped} (${(100 * droppedShare).toFixed(1)} %), ${viewsPerSecond} views/s`,
    ),
    ...times.opens.map(
      ({ studio, frameMs, timelineMs, usableMs, filmstripMs, longestTaskMs }) =>
        `open (${studio}): frame ${frameMs} ms, timeline ${timelineMs} ms, ` +
        `usable ${usableMs} ms, small pictures ${filmstripMs} ms, longest task ${longestTaskMs} ms`,
    ),
    `propagation: ${propagation.seconds} s, ${propagation.masks} masks, ${propagation.longTasks} tasks of 50 ms or more, ` +
      `longest ${propagation.longestTaskMs} ms, ${propagation.over100Ms} over 100 ms`,
    misses.length === 0 ? 'every target is met' : `missed: ${misses.join('; ')}`,
  ]
  return `${rows.join('\n')}\n`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
