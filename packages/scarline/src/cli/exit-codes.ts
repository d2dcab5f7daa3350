/** What the process ends with; 130 is what shells say of Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const
