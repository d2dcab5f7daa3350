import type { NamedFile } from '../api/client.ts'

/** What a dropped file is for. */
export type DroppedKind = 'area' | 'raster' | 'unknown'

/** By the name's ending; files that accompany a raster (.aux.xml, .tfw) are neither. */
export function kindOfFile(name: string): DroppedKind {
  if (/\.(geojson|json|kml|gpkg)$/i.test(name)) return 'area'
  if (/\.(tiff?|jp2|vrt)$/i.test(name)) return 'raster'
  return 'unknown'
}

/** Every file that was dropped, with those in folders. */
export async function droppedFiles(data: DataTransfer): Promise<NamedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null)
  if (entries.length === 0) return [...data.files].map((file) => ({ path: file.name, file }))
  const found: NamedFile[] = []
  for (const entry of entries) await walk(entry, '', found)
  return found
}

async function walk(entry: FileSystemEntry, folder: string, found: NamedFile[]): Promise<void> {
  const path = folder + entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    found.push({ path, file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (batch.length === 0) return
    for (const one of batch) await walk(one, `${path}/`, found)
  }
}
