import { type Alteration, alterations } from '../session/altered.js'
import { inSession } from '../session/path.js'
import { warnOnce } from '../warnings.js'

/** Warns of values that JSON alters, each place once. For development: it walks through the data. */
export function warnAboutAlterations(session: object, property: string): void {
  for (const { path, fate } of findAlterations(session)) {
    warnOnce('SESSION_WARN_ALTERED', `${inSession(path, property)} ${fate}: store what JSON keeps as it is`, path)
  }
}

/** Looking must not do harm: a getter may throw this time, though it did not when the session was sealed. */
function findAlterations(session: object): Alteration[] {
  try {
    return alterations(session)
  } catch {
    return []
  }
}

/** Warns, once per process, of a response head that a proxy with its default settings would refuse. */
export function warnAboutHead(bytes: number, warnAt: number): void {
  if (bytes <= warnAt) return
  warnOnce(
    'SESSION_WARN_HEAD',
    `a response head with a session has about ${bytes} bytes (warnAt is ${warnAt}), and nginx answers 502 above ` +
      '4096 by default: keep less in the session, or raise proxy_buffer_size to 8k',
  )
}
