/** Last part of a path, with its extension. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** Everything before the last part; empty where there is none. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))))
}

/** File name without its last extension. */
export function stemOf(path: string): string {
  return fileName(path).replace(/\.[A-Za-z0-9]+$/, '')
}

/** Last extension in lower case, without the dot. */
export function extensionOf(path: string): string {
  return (/\.([A-Za-z0-9]+)$/.exec(fileName(path))?.[1] ?? '').toLowerCase()
}

/** The nearest folder of a path whose name fits, as its whole path; null where none does. */
export function folderNamed(path: string, fits: (name: string) => boolean): string | null {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    if (fits(fileName(folder))) return folder
  }
  return null
}
