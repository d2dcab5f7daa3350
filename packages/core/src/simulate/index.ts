export { planValley } from './plan-valley.ts'
export { renderScene } from './render-scene.ts'
export type { RenderedScene } from './render-scene.ts'
export {
  type SimulatedChange,
  type SimulatedRate,
  type SimulatedSchedule,
  simulatedSchedule,
} from './schedule.ts'
export { buildValley, truthOn } from './valley.ts'
export type { Valley } from './valley.ts'
export type {
  ScenePlan,
  SimulateOptions,
  SimulatedScenario,
  ValleyEvent,
  ValleyPlan,
} from './valley-plan.ts'
