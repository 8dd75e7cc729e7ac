/** Bytes of JSON in a session. */
export const SIZES = [100, 1024, 2560] as const
/** Of the sessions that are counted in memory. */
export const USUAL_SIZE = 1024
