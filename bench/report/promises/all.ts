import type { Recordings } from '../recordings.js'
import { capacity } from './capacity.js'
import { imported } from './cold.js'
import { throughput } from './http.js'
import { besideCookieSession, rejected, requestOverTheFloor, untouched } from './middleware.js'
import type { Promised } from './promise.js'
import { overTheFloor } from './seal-open.js'

export function promises(recordings: Recordings): Promised[] {
  return [
    overTheFloor(recordings),
    ...['read', 'write'].map((step) => requestOverTheFloor(recordings, step)),
    besideCookieSession(recordings, 'read', 2),
    besideCookieSession(recordings, 'write', 1.5),
    untouched(recordings),
    rejected(recordings),
    throughput(recordings, 'nothing', 0.9, 'HTTP requests per second that read, beside those of the bare app'),
    throughput(recordings, 'cookie-session', 1.25, "HTTP requests per second that read, beside cookie-session's"),
    imported(recordings),
    capacity(recordings),
  ]
}
