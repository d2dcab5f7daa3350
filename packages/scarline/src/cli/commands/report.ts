import { runReport } from '../../report/run-report.ts'
import { type AddCommand, printJson, withSite } from './define.ts'

export const addReport: AddCommand = (program, terminal) =>
  program
    .command('report <site>')
    .description(
      'one self-contained HTML for screen and paper: findings, maps, figures, tables, how it was made',
    )
    .action(async (site: string) => {
      const summary = await withSite(site, (folder) =>
        terminal.follow(runReport(folder, { signal: terminal.signal })),
      )
      printJson(terminal, summary)
    })
