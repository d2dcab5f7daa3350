import { hostname } from 'node:os'

const HOST = hostname().replaceAll(/[^\w]/g, '_')

/** What files of this process alone are named after: `<host>-<pid>`. */
export const OWN_PROCESS: string = `${HOST}-${process.pid}`

/** Whether a name holds that of a process of this machine that has ended: what is named so is nobody's any more. */
export function isOfDeadProcess(name: string): boolean {
  const [, pid] = new RegExp(`-${HOST}-(\\d+)-`).exec(name) ?? []
  if (pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
