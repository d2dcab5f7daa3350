/**
 * On every mask of an object whose clicks the engine does not find to be the object by itself: the
 * masks may be little more than the clicks.
 */
export const UNRECOGNISED_FLAG = 'clicks-unrecognised'
/** The model finds the object not to be there on this frame: its mask is empty. */
export const ABSENT_FLAG = 'object-absent'
