import { COLOURS } from './palette.ts'

/** The report's style sheet, for screen and paper. */
export const STYLE: string = `
:root { color-scheme: light; --ink: ${COLOURS.ink}; --muted: ${COLOURS.muted}; --rule: ${COLOURS.rule}; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 66rem; color: var(--ink); background: #fff;
  font: 16px/1.55 "Source Sans 3", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
h1, h2 { line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; }
h1 { font-size: 2rem; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .8rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
p { margin: .6rem 0; max-width: 46rem; }
.lead { font-size: 1.15rem; margin: 1.2rem 0 1.4rem; }
.muted { color: var(--muted); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0; margin: 1.5rem 0 0;
  border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; }
.tiles > div { padding: .7rem .9rem; border-right: 1px solid var(--rule); }
.tiles > div:last-child { border-right: 0; }
.tiles dt { font-size: .8rem; color: var(--muted); }
.tiles dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles small { display: block; font-size: .78rem; font-weight: 400; color: var(--muted); }
figure { margin: 1.2rem 0 0; }
figcaption { font-size: .87rem; color: var(--muted); margin-top: .5rem; max-width: 52rem; }
figcaption b { color: var(--ink); }
svg.chart { display: block; width: 100%; height: auto; font: 12px/1 "Source Sans 3", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.chart .grid { stroke: ${COLOURS.grid}; stroke-width: 1; }
.chart .axis { stroke: ${COLOURS.ink}; stroke-width: 1; }
.chart .tick { fill: ${COLOURS.ink}; font-variant-numeric: tabular-nums; }
.chart .label { fill: ${COLOURS.ink}; font-size: 13px; }
.chart .key { fill: ${COLOURS.ink}; }
.chart .season { fill: ${COLOURS.season}; }
.chart .truth { stroke: ${COLOURS.ink}; stroke-width: 1.1; fill: none; }
.chart .now { stroke: ${COLOURS.orange}; stroke-width: 1.6; }
.chart .point { cursor: pointer; }
.viewer { border: 1px solid var(--rule); border-radius: 6px; overflow: hidden; outline-offset: 2px; }
.viewer .stage { position: relative; aspect-ratio: var(--aspect); width: min(100%, calc(74vh * var(--aspect))); margin: 0 auto; }
.viewer { background: #16191d; } .controls, .caption { background: #fff; }
.stage img, .stage svg { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.outline path { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.outline .halo { stroke: #000; stroke-opacity: .7; stroke-width: 4.5; }
.thumb .outline path { stroke-width: 1.3; } .thumb .outline .halo { stroke-width: 3; }
.outline.first path { stroke: #fff; stroke-dasharray: 3 3; stroke-width: 1.5; } .outline.first .halo { stroke: none; }
.scale { pointer-events: none; } .scale path { fill: none; stroke: #fff; } .scale text { fill: #fff; stroke: none; font-weight: 600; }
.scale { filter: drop-shadow(0 0 2px #000) drop-shadow(0 0 1px #000); }
.controls { display: flex; align-items: center; gap: .5rem; padding: .5rem .8rem; border-top: 1px solid var(--rule); flex-wrap: wrap; font-size: .87rem; }
.controls button { width: 2rem; height: 2rem; font-size: 1rem; border: 1px solid var(--rule); border-radius: 4px; background: #fff; cursor: pointer; }
.controls button:hover { background: ${COLOURS.grid}; }
.controls input[type=range] { flex: 1 1 12rem; accent-color: ${COLOURS.blue}; }
.caption { padding: .1rem .8rem .6rem; font-size: .92rem; font-variant-numeric: tabular-nums; min-height: 2.2rem; }
.fact { margin-left: .9rem; white-space: nowrap; }
.flag { display: inline-block; margin-left: .5rem; padding: 0 .45rem; border: 1px solid var(--rule); border-radius: 9px; font-size: .78rem; }
.filmstrip { list-style: none; margin: 1rem 0 0; padding: 2px; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); max-height: 32rem; overflow-y: auto; }
.card button { all: unset; box-sizing: border-box; width: 100%; cursor: pointer; display: block; border-radius: 4px; padding: 3px; }
.card button:focus-visible { outline: 2px solid ${COLOURS.blue}; }
.card.current button { outline: 2px solid ${COLOURS.orange}; }
.thumb { position: relative; display: block; }
.thumb img { width: 100%; height: 100%; display: block; border-radius: 2px; }
.thumb svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.day, .sub { display: block; font-size: .78rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
.day { font-weight: 600; margin-top: .2rem; }
.doubt { color: ${COLOURS.vermillion}; font-weight: 600; }
.scroll { margin-top: .9rem; overflow: auto; max-height: 30rem; border: 1px solid var(--rule); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .84rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid ${COLOURS.grid}; }
th { position: sticky; top: 0; background: #f6f8fa; font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
tr.rejected td { color: var(--muted); }
ul.plain { padding-left: 1.1rem; max-width: 46rem; } ul.plain li { margin: .35rem 0; }
details { margin-top: .8rem; } summary { cursor: pointer; font-size: .92rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .92rem; max-width: 56rem; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; }
.references li { overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { font-size: 10pt; padding: 0; max-width: none; }
  h1 { font-size: 20pt; } h2 { font-size: 13pt; margin-top: 1.6rem; break-after: avoid; }
  .lead { font-size: 11.5pt; }
  .viewer, .card:not(.printed), .screen, .chart .now { display: none; }
  .card.current button { outline: 0; }
  .tiles { grid-template-columns: repeat(5, auto); } .tiles dd { font-size: 13pt; }
  section.whole { break-inside: avoid; }
  .filmstrip { max-height: none; overflow: visible; grid-template-columns: repeat(6, 1fr); gap: 2.5mm; }
  .card, figure.chart-figure, tr { break-inside: avoid; }
  .outline .halo { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  table { font-size: 7.5pt; } th { position: static; } th, td { padding: .15rem .35rem; }
  svg.chart, .tiles, .thumb { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
