import type { SessionResponse } from '../types.js'
import { warnOnce } from '../warnings.js'

/** Warns, when the response has finished, of a change that came when the cookie had already left. */
export function watchForLateChange(res: SessionResponse, isChanged: () => boolean): void {
  // An upgrade's response tells nothing.
  if (typeof res.once !== 'function') return
  res.once('finish', () => {
    if (!isChanged()) return
    warnOnce(
      'SESSION_WARN_LATE',
      'the session was changed after the headers had left, so the change is lost: make it before the response is sent',
      'changed',
    )
  })
}
