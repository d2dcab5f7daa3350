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
.lead { font-size: 1.1rem; margin: 1.2rem 0 1.4rem; } .lead ul.plain { max-width: 52rem; }
h3 { font-size: 1.05rem; margin: 1.2rem 0 .3rem; }
.table-caption { font-size: .87rem; color: var(--muted); margin: 1.6rem 0 .4rem; max-width: 52rem; } .table-caption b { color: var(--ink); }
.table-block .scroll { margin-top: 0; }
.warnings { margin: .8rem 0 0; padding: .6rem .9rem; border-left: 3px solid ${COLOURS.vermillion}; font-size: .92rem; max-width: 52rem; }
.warnings ul.plain { margin: .3rem 0 0; }
.paper { display: none; }
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
svg.chart { display: block; width: 100%; height: auto; overflow: visible; font: 13px/1 "Source Sans 3", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.chart .grid { stroke: ${COLOURS.grid}; stroke-width: 1; }
.chart .axis { stroke: ${COLOURS.ink}; stroke-width: 1; }
.chart .tick { fill: ${COLOURS.ink}; font-variant-numeric: tabular-nums; }
.chart .label { fill: ${COLOURS.ink}; font-size: 14px; }
.chart .strong, .chart .panel { font-weight: 700; } .chart .panel { font-size: 15px; }
.chart .small { font-size: 11px; } .chart .ring { fill: ${COLOURS.ink}; font-size: 11px; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.chart .leader { stroke: ${COLOURS.muted}; stroke-width: .8; }
.chart .boundary, .chart .end, .chart .zone { vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.chart .boundary { fill: none; stroke-width: 1.5; } .chart .boundary.last { stroke-width: 2.2; }
.chart .end { fill: none; stroke: #000; stroke-width: 1.6; } .chart .end.first { stroke-dasharray: 4 3; stroke-width: 1.2; }
.chart .zone { stroke-width: 1.2; fill-rule: evenodd; }
.chart .zone-mark circle { fill: #fff; stroke: #000; stroke-width: 1; } .chart .zone-mark line { stroke: #000; }
.chart .zone-mark text { font-weight: 700; font-size: 12px; }
.chart .graticule { fill: none; stroke: ${COLOURS.grid}; stroke-width: 1; vector-effect: non-scaling-stroke; }
.chart .neat { fill: none; stroke: #000; stroke-width: 1; } .chart .plate { fill: #fff; fill-opacity: .85; }
svg.defs { position: absolute; }
.chart .key { fill: ${COLOURS.ink}; paint-order: stroke; stroke: #fff; stroke-width: 2px; }
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
th, td { padding: .32rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid ${COLOURS.grid}; }
th { position: sticky; top: 0; background: #f6f8fa; font-weight: 600; vertical-align: bottom; }
td.number, th.number { text-align: right; white-space: nowrap; } td.short { white-space: nowrap; } td.long { min-width: 13rem; }
tr:last-child td { border-bottom: 0; }
tr.rejected td { color: var(--muted); } td small { color: var(--muted); white-space: nowrap; }
ul.plain { padding-left: 1.1rem; max-width: 46rem; } ul.plain li { margin: .35rem 0; }
details { margin-top: .8rem; } summary { cursor: pointer; font-size: .92rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .92rem; max-width: 56rem; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; }
.references li { overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { font-size: 10pt; line-height: 1.4; padding: 0; max-width: none; }
  h1 { font-size: 20pt; } h2 { font-size: 13pt; margin: 1.3rem 0 .5rem; padding-top: .6rem; } h3 { font-size: 10.5pt; margin: .9rem 0 .3rem; }
  h1, h2, h3, .table-caption, summary { break-after: avoid; }
  .lead { font-size: 9.5pt; margin: .5rem 0; } .lead li, ul.plain li { margin: .2rem 0; } .tiles { margin-top: .6rem; } .tiles > div { padding: .3rem .6rem; } p, li { orphans: 3; widows: 3; }
  p, .lead ul.plain, ul.plain, figcaption, .table-caption, .warnings, dl.facts { max-width: none; }
  .viewer, .card:not(.printed), .screen, .chart .now { display: none; } .paper { display: inline; }
  .card.current button { outline: 0; }
  .tiles { grid-template-columns: repeat(5, auto); } .tiles dd { font-size: 12pt; } .tiles, .tiles > div { break-inside: avoid; }
  .filmstrip { max-height: none; overflow: visible; grid-template-columns: repeat(6, 1fr); gap: 2.5mm; }
  .card, figure.chart-figure, tr, .warnings, li { break-inside: avoid; }
  .table-block:has(.whole), .table-caption { break-inside: avoid; }
  figcaption, .table-caption { font-size: 8pt; line-height: 1.35; } .flow-figure figcaption { break-before: avoid; }
  header .muted { font-size: 9pt; }
  .outline .halo { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { max-height: none; overflow: visible; border: 0; }
  table { font-size: 8pt; } td.long { min-width: 52mm; } thead { display: table-header-group; } th { position: static; white-space: normal; vertical-align: bottom; } th, td { padding: .14rem .35rem; }
  svg.chart, .tiles, .thumb, th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
