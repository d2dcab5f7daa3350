import type { Run, RunEvent } from '@scarline/core'
import type { SingleBar } from 'cli-progress'

/** Where a command talks to: results on stdout, everything else on stderr. */
export interface Terminal {
  /** One JSON document on stdout instead of lines for people. */
  readonly json: boolean
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** A line of result for people; left out with `--json`. */
  print(line: string): void
  /** A remark for people, on stderr. */
  note(line: string): void
  /** Follows a long job with a progress bar (or plain lines) and returns its summary. */
  follow<Summary>(run: Run<Summary>): Promise<Summary>
}

/** Plain progress lines are at least this far apart, ms. */
const LINE_INTERVAL_MS = 2000

/** The terminal of this process. */
export function processTerminal(json: boolean, signal: AbortSignal): Terminal {
  const note = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  return {
    json,
    signal,
    note,
    print: (line) => {
      if (!json) process.stdout.write(`${line}\n`)
    },
    async follow(run) {
      const view = process.stderr.isTTY ? await barView(note) : lineView(note)
      try {
        for (;;) {
          const step = await run.next()
          if (step.done) return step.value
          view.show(step.value)
        }
      } finally {
        view.stop()
      }
    },
  }
}

interface ProgressView {
  show(event: RunEvent): void
  stop(): void
}

async function barView(note: (line: string) => void): Promise<ProgressView> {
  const { default: cliProgress } = await import('cli-progress')
  let bar: SingleBar | null = null
  let stage = ''
  const stop = (): void => {
    bar?.stop()
    bar = null
  }
  return {
    stop,
    show(event) {
      if (event.type === 'progress') {
        if (event.stage !== stage) stop()
        stage = event.stage
        const total = event.total ?? event.done
        if (!bar) {
          bar = new cliProgress.SingleBar({
            format: `  {stage} {bar} {value}/{total}  {eta_formatted}  {item}`,
            barCompleteChar: '█',
            barIncompleteChar: '░',
            barsize: 28,
            hideCursor: true,
            clearOnComplete: true,
            stream: process.stderr,
          })
          bar.start(total, 0, { stage: event.stage.padEnd(9), item: '' })
        }
        bar.setTotal(total)
        bar.update(event.done, { item: event.item })
        return
      }
      stop()
      note(lineOf(event))
    },
  }
}

function lineView(note: (line: string) => void): ProgressView {
  let last = -Infinity
  return {
    stop() {},
    show(event) {
      const now = performance.now()
      if (event.type === 'progress') {
        if (now - last < LINE_INTERVAL_MS && event.done !== event.total) return
        last = now
      }
      note(lineOf(event))
    },
  }
}

function lineOf(event: RunEvent): string {
  switch (event.type) {
    case 'started':
      return `${event.stage}: ${event.message}`
    case 'progress':
      return `  ${event.stage} ${event.done}${event.total === null ? '' : `/${event.total}`} ${event.item}  ${timeLeft(event)}`.trimEnd()
    case 'warning':
      return `  warning: ${event.item === null ? '' : `${event.item}: `}${event.message}`
    case 'done':
      return `  ${event.message}`
  }
}

/** What is left of a stage, for people; empty where it is not known or next to nothing. */
function timeLeft({ secondsLeft }: Extract<RunEvent, { type: 'progress' }>): string {
  if (secondsLeft === undefined || secondsLeft < 1) return ''
  if (secondsLeft < 90) return `${secondsLeft} s left`
  const minutes = Math.round(secondsLeft / 60)
  return minutes < 90 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`
}
