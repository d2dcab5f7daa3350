import { isAbsolute, posix, resolve, win32 } from 'node:path'

/** What the place of the model folder depends on. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
  /** Home folder of the user. */
  home: string
}

/** Where checkpoints are kept: `SCARLINE_MODELS`, else the platform's place for a program's data. */
export function modelFolder({ env, platform, home }: Surroundings): string {
  const own = env['SCARLINE_MODELS']
  if (own) return resolve(own)
  if (platform === 'win32') {
    const data = env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local')
    return win32.join(data, 'scarline', 'models')
  }
  if (platform === 'darwin') {
    return posix.join(home, 'Library', 'Application Support', 'scarline', 'models')
  }
  // The XDG rules say that a relative path is to be ignored.
  const xdg = env['XDG_DATA_HOME']
  const data = xdg && isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share')
  return posix.join(data, 'scarline', 'models')
}
