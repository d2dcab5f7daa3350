import type { Verification } from '@scarline/core'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { formatDay } from '../words.ts'
import {
  SWATCHES,
  chart,
  legend,
  n,
  polyline,
  seasonBands,
  timeAxis,
  timeScale,
  valueAxis,
  valueScale,
  WIDE,
} from './chart-frame.ts'

/** IoU and boundary F of each verified frame over what it saw, with the mean IoU. */
export function accuracyChart(verification: Verification): Markup {
  const frames = verification.frames.flatMap((frame) =>
    frame.observed === null ? [] : [{ ...frame, observed: frame.observed }],
  )
  const x = timeScale(
    WIDE,
    frames.map(({ capturedAt }) => capturedAt),
  )
  const worst = Math.min(
    ...frames.map(({ observed }) => Math.min(observed.iou, observed.boundaryF)),
  )
  const y = valueScale(WIDE, 1, Math.min(0.8, Math.floor(worst * 10) / 10))
  const at = (capturedAt: string, value: number): readonly [number, number] => [
    x.at(Date.parse(capturedAt)),
    y.at(value),
  ]
  const mean = verification.mean.observed?.iou
  const iou = frames.map(({ capturedAt, observed }) => at(capturedAt, observed.iou))
  const boundary = frames.map(({ capturedAt, observed }) => at(capturedAt, observed.boundaryF))
  return chart(WIDE, 'IoU and boundary F of each frame', 'accuracy-chart', [
    seasonBands(WIDE, x),
    valueAxis(WIDE, y, 'Score', (v) => v.toFixed(y.max - y.min < 0.4 ? 2 : 1)),
    html`<path
        d="${polyline(boundary)}"
        fill="none"
        stroke="${COLOURS.vermillion}"
        stroke-width="1"
        stroke-dasharray="4 3"
      /><path d="${polyline(iou)}" fill="none" stroke="${COLOURS.blue}" stroke-width="1.4" />`,
    frames.map(({ frameIndex, capturedAt, observed }) => {
      const [cx, cy] = at(capturedAt, observed.iou)
      return html`<g class="point" data-frame="${frameIndex}"
        ><circle cx="${n(cx)}" cy="${n(cy)}" r="2.4" fill="${COLOURS.blue}" /><title>
          ${formatDay(capturedAt)}: IoU ${observed.iou.toFixed(3)}, boundary F
          ${observed.boundaryF.toFixed(3)}
        </title></g
      >`
    }),
    mean !== undefined &&
      html`<line
        x1="${WIDE.left}"
        x2="${WIDE.width - WIDE.right}"
        y1="${n(y.at(mean))}"
        y2="${n(y.at(mean))}"
        stroke="${COLOURS.ink}"
        stroke-width="0.8"
        stroke-dasharray="2 3"
      />`,
    timeAxis(WIDE, x),
    legend(WIDE, [
      { text: 'IoU', swatch: SWATCHES.line(COLOURS.blue) },
      {
        text: 'boundary F',
        swatch: html`<line
          x1="2"
          x2="26"
          y1="6"
          y2="6"
          stroke="${COLOURS.vermillion}"
          stroke-width="1.2"
          stroke-dasharray="4 3"
        />`,
      },
      ...(mean === undefined
        ? []
        : [
            {
              text: `mean IoU ${mean.toFixed(3)}`,
              swatch: html`<line
                x1="2"
                x2="26"
                y1="6"
                y2="6"
                stroke="${COLOURS.ink}"
                stroke-width="1"
                stroke-dasharray="2 3"
              />`,
            },
          ]),
    ]),
  ])
}
