import type { Command } from 'commander'
import { ScarlineError } from '@scarline/core'
import { type ListedModel, formatMegabytes, listModels } from '../../models/model-library.ts'
import { OFFICIAL_MODELS, officialModel } from '../../models/official-models.ts'
import { checksumWords, pullModel } from '../../models/pull-model.ts'
import { removeModel } from '../../models/remove-model.ts'
import { parseNumber } from '../coordinates.ts'
import type { Terminal } from '../terminal.ts'
import { userModelFolder } from '../user-model-folder.ts'
import { type DefineCommand, printJson } from './define.ts'

export const define: DefineCommand = (models, terminal) => {
  addList(models, terminal)
  addPull(models, terminal)
  addImport(models, terminal)
  addRemove(models, terminal)
  for (const command of models.commands) {
    command.option('--json', 'one JSON document on stdout, logs on stderr')
  }
}

function addList(models: Command, terminal: Terminal): void {
  models
    .command('list', { isDefault: true })
    .description('the official models and those imported, and which are there')
    .action(async () => {
      const folder = userModelFolder()
      const rows = await listModels(folder)
      for (const line of tableOf(rows)) terminal.print(line)
      terminal.print('')
      terminal.print(`model folder: ${folder}`)
      if (!rows.some(({ present }) => present)) {
        terminal.print(
          'none is there yet: scarline models pull sam2.1-hiera-tiny, or scarline models import FILE; --segmenter ndvi needs none',
        )
      }
      printJson(terminal, { folder, models: rows })
    })
}

/** The list as lines: mark, name, size, licence, where from. */
function tableOf(rows: readonly ListedModel[]): string[] {
  const width = Math.max(...rows.map(({ id }) => id.length))
  return rows.map((row) => {
    const state = row.present ? 'here' : row.partBytes > 0 ? 'part' : '-'
    const notes = [
      row.isDefault ? 'the default of track' : '',
      row.partBytes > 0 ? `${formatMegabytes(row.partBytes)} fetched` : '',
      row.base === null ? '' : `adapter on ${row.base}`,
      row.kind === 'imported' ? `fits ${row.configName}, sha256 ${row.sha256?.slice(0, 12)}` : '',
      row.present ? row.path : (row.url ?? `gone: ${row.path}`),
      row.licence ?? '',
    ].filter((note) => note !== '')
    return `${state.padEnd(4)}  ${row.id.padEnd(width)}  ${formatMegabytes(row.bytes).padStart(7)}  ${notes.join('; ')}`
  })
}

function addPull(models: Command, terminal: Terminal): void {
  models
    .command('pull <model>')
    .description(
      `fetch an official model; goes on where it was cut off: ${OFFICIAL_MODELS.map(({ id }) => id).join(', ')}`,
    )
    .option('--from <url>', "a mirror's address of the same file")
    .action(async (name: string, options: { from?: string }) => {
      const model = officialModel(name)
      if (!model) {
        throw new ScarlineError(
          `got the model ${name}, expected one of ${OFFICIAL_MODELS.map(({ id }) => id).join(', ')}`,
          { code: 'usage', hint: 'Bring other weights in with scarline models import FILE.' },
        )
      }
      const summary = await terminal.follow(
        pullModel({
          folder: userModelFolder(),
          model,
          signal: terminal.signal,
          ...(options.from === undefined ? {} : { from: httpAddress(options.from) }),
        }),
      )
      terminal.print(`${summary.id}: ${summary.path}`)
      terminal.print(checksumWords(summary))
      printJson(terminal, summary)
    })
}

function httpAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href
  throw new ScarlineError(`got --from ${text}, expected an http or https address of the file`, {
    code: 'usage',
    hint: 'Take a file on this machine in with scarline models import FILE.',
  })
}

interface ImportCommandOptions {
  name?: string
  config?: string
  base?: string
  scale?: number
}

function addImport(models: Command, terminal: Terminal): void {
  models
    .command('import <file>')
    .description('take in a checkpoint you have: .pt or .safetensors, official, fine-tuned or LoRA')
    .option('--name <name>', 'what to call it')
    .option(
      '--config <json>',
      "its configuration in upstream's words, where the tensors do not tell",
    )
    .option('--base <model>', 'for a LoRA adapter: the model that it changes')
    .option(
      '--scale <factor>',
      "factor of the adapter's change; its own by default",
      parseNumber('--scale', -1000, 1000),
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      const { importModel } = await import('../../models/import-model.ts')
      const summary = await terminal.follow(
        importModel({ folder: userModelFolder(), file, ...options, signal: terminal.signal }),
      )
      terminal.print(`${summary.id}: ${summary.path}`)
      terminal.print(
        summary.official
          ? `the official ${summary.id}, by its SHA-256`
          : `fits ${summary.configName} at ${summary.imageSize} pixels; SHA-256 ${summary.sha256}`,
      )
      printJson(terminal, summary)
    })
}

function addRemove(models: Command, terminal: Terminal): void {
  models
    .command('remove <model>')
    .description('delete a model and what was fetched of it')
    .action(async (name: string) => {
      const summary = await removeModel(userModelFolder(), name)
      terminal.print(`${summary.id} removed: ${formatMegabytes(summary.freedBytes)} free`)
      printJson(terminal, summary)
    })
}
