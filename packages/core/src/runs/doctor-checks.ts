/** One line of the doctor's report. */
export interface DoctorCheck {
  name: string
  ok: boolean
  /** Whether Scarline cannot work without it. */
  required: boolean
  /** What was found. */
  detail: string
  /** One imperative sentence; null where nothing is to mend. */
  mend: string | null
}

const MIN_NODE: readonly [major: number, minor: number] = [20, 19]
const GIB = 2 ** 30
/** A site of 5 x 5 km over five years takes about this much. */
const SITE_BYTES = GIB

/** Whether Node.js is new enough. @param version such as `20.19.0` */
export function judgeNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const ok = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
  return {
    name: 'Node.js',
    ok,
    required: true,
    detail: ok ? version : `got ${version}, expected ${MIN_NODE.join('.')} or newer`,
    mend: ok ? null : 'Install the current long-term version of Node.js.',
  }
}

/** Always fine: more cores make it faster. */
export function judgeCores(cores: number): DoctorCheck {
  const detail = `${cores} ${cores === 1 ? 'core' : 'cores'}`
  return { name: 'processor', ok: true, required: false, detail, mend: null }
}

/** Two GiB carry a site of ordinary size. */
export function judgeMemory(totalBytes: number, freeBytes: number): DoctorCheck {
  const ok = totalBytes >= 2 * GIB
  return {
    name: 'memory',
    ok,
    required: false,
    detail: `${gib(totalBytes)}, ${gib(freeBytes)} free`,
    mend: ok ? null : 'Keep areas of interest small, or use a larger --pixel-size.',
  }
}

/** Room for a site of ordinary size. */
export function judgeDisk(freeBytes: number): DoctorCheck {
  const ok = freeBytes >= SITE_BYTES
  return {
    name: 'disk',
    ok,
    required: false,
    detail: `${gib(freeBytes)} free`,
    mend: ok ? null : 'Free some space: a site of five years takes about 1 GiB.',
  }
}

/** A program that is used where it is there. @param version null where it is not there */
export function judgeTool(name: string, version: string | null): DoctorCheck {
  return version === null
    ? {
        name,
        ok: true,
        required: false,
        detail: 'not on the PATH; not needed, the built-in encoder makes the videos',
        mend: null,
      }
    : { name, ok: true, required: false, detail: `version ${version}`, mend: null }
}

/** What an archive answered, or why it did not. */
export type NetworkAnswer = { status: number; ms: number } | { error: string }

/** Whether the archive can be reached; local data need none. */
export function judgeNetwork(url: string, answer: NetworkAnswer): DoctorCheck {
  const name = 'archive'
  if ('error' in answer) {
    const mend = 'Check the connection, or use local data: scarline import needs none.'
    return { name, ok: false, required: false, detail: `${url}: ${answer.error}`, mend }
  }
  const ok = answer.status < 400
  return {
    name,
    ok,
    required: false,
    detail: `${url} answered ${answer.status} in ${Math.round(answer.ms)} ms`,
    mend: ok ? null : 'Try again later, or choose another archive with --stac.',
  }
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`
}
