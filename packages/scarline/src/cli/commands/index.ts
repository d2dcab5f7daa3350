import { addAcquire } from './acquire.ts'
import { addAnalyse } from './analyse.ts'
import type { AddCommand } from './define.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addExport } from './export.ts'
import { addFrames } from './frames.ts'
import { addImport } from './import.ts'
import { addInit } from './init.ts'
import { addLock, addUnlock } from './lock.ts'
import { addModels } from './models.ts'
import { addPlausibility } from './plausibility.ts'
import { addPrompt } from './prompt.ts'
import { addPrompts } from './prompts.ts'
import { addReport } from './report.ts'
import { addReview } from './review.ts'
import { addRun } from './run.ts'
import { addScenes } from './scenes.ts'
import { addSimulate } from './simulate.ts'
import { addSites } from './sites.ts'
import { addStudio } from './studio.ts'
import { addTrack } from './track.ts'
import { addRedo, addUndo } from './undo.ts'
import { addVerify } from './verify.ts'
import { addWatch } from './watch.ts'

/** Every command, in the order in which the help lists them. */
export const commands: readonly AddCommand[] = [
  addDemo,
  addSimulate,
  addSites,
  addInit,
  addAcquire,
  addImport,
  addScenes,
  addFrames,
  addPrompt,
  addPrompts,
  addTrack,
  addReview,
  addLock,
  addUnlock,
  addUndo,
  addRedo,
  addAnalyse,
  addVerify,
  addPlausibility,
  addReport,
  addExport,
  addRun,
  addStudio,
  addWatch,
  addModels,
  addDoctor,
]
