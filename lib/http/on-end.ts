import { nextTick } from '../turns.js'
import type { SessionResponse } from '../types.js'

/** Calls `look` when the response has ended, or, if it has, behind what is done in this turn. */
export function onEnd(res: SessionResponse, look: () => void): void {
  // An upgrade's response tells nothing.
  if (typeof res.once !== 'function') return
  if (res.writableEnded) {
    nextTick(look)
    return
  }
  res.once('finish', look)
  res.once('close', look)
}
