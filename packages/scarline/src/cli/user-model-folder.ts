import { homedir } from 'node:os'
import { modelFolder } from '../models/model-folder.ts'

/** The model folder of this user on this machine. */
export function userModelFolder(): string {
  return modelFolder({ env: process.env, platform: process.platform, home: homedir() })
}
