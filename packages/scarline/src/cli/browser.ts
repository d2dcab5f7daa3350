import { spawn } from 'node:child_process'

/** Opens an address in the user's browser, where there is one; nothing is said where there is none. */
export function openInBrowser(url: string): void {
  const command = openerOf(process.platform, process.env)
  if (command === null) return
  const [name, ...args] = command
  const child = spawn(name, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}

/** The program that opens addresses; null on a machine without a screen. */
export function openerOf(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): [string, ...string[]] | null {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : null
}
