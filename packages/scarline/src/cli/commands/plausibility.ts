import { type InsarSign, type PlausibilityFlag, ScarlineError, plausibility } from '@scarline/core'
import { parseNumber } from '../coordinates.ts'
import type { Terminal } from '../terminal.ts'
import { type DefineCommand, printJson, withSite } from './define.ts'

interface PlausibilityCommandOptions {
  dem?: string
  insar?: string
  insarPositive: string
  river?: string
  frame?: string
  minSlope: number
}

export const define: DefineCommand = (command, terminal) =>
  command
    .option('--dem <file>', "elevations, any GDAL raster (default: the archive's DEM)")
    .option('--insar <file>', 'velocities along the line of sight in mm/yr, any GDAL raster')
    .option('--insar-positive <way>', 'what positive velocities mean: toward or away', 'toward')
    .option('--river <file>', "lines, areas or a raster of water (default: the DEM's channels)")
    .option('--frame <date|index>', 'judge the masks of this frame (default: a late, sure one)')
    .option(
      '--min-slope <deg>',
      'least slope that landslides need (thaw slumps and spreads: less)',
      parseNumber('--min-slope', 0, 60),
      5,
    )
    .action(async (site: string, options: PlausibilityCommandOptions) => {
      const insarSign = signOf(options.insarPositive)
      const { dem, insar, river, frame } = options
      const summary = await withSite(site, (folder) =>
        terminal.follow(
          plausibility(folder, {
            ...(dem === undefined ? {} : { dem }),
            ...(insar === undefined ? {} : { insar }),
            ...(river === undefined ? {} : { river }),
            ...(frame === undefined ? {} : { frame }),
            insarSign,
            leastSlopeDeg: options.minSlope,
            signal: terminal.signal,
          }),
        ),
      )
      printFlags(terminal, summary.flags)
      printJson(terminal, summary)
    })

function printFlags(terminal: Terminal, flags: readonly PlausibilityFlag[]): void {
  if (flags.length === 0) terminal.print('nothing speaks against it')
  for (const { level, words } of flags) terminal.print(`${level.padEnd(8)}  ${words}`)
}

function signOf(text: string): InsarSign {
  if (text === 'toward' || text === 'away') return text
  throw new ScarlineError(`got --insar-positive ${text}, expected toward or away`, {
    code: 'usage',
  })
}
