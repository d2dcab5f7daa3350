import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type SiteFolder, openSiteFolder } from '@scarline/core'

const COPIED = ['site.json', 'scenes.json', 'prompts.json', 'frames.json']

/** A site of its own with another's frames, none of whose masks it has; what was in its folder is gone. */
export async function siteBeside(
  other: SiteFolder,
  dir: string,
  linked: readonly string[],
): Promise<SiteFolder> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  for (const name of COPIED) await cp(join(other.dir, name), join(dir, name))
  for (const name of linked) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await symlink(join(other.dir, name), join(dir, name), 'dir')
  }
  return openSiteFolder(dir)
}
