/**
 * What a session middleware costs a request, without sockets: a request and a response of Node's, the middleware, a
 * handler, and the head of the response. Beside cookie-session, which only signs, express-session with its memory
 * store, which keeps the data on the server, and the floor.
 */
import { contest } from '../measure/contest.js'
import { finish, versionsOf } from '../measure/recording.js'
import { Series } from '../measure/samples.js'
import { quick } from '../measure/turns.js'

const SIZE = 1024
const ROUNDS = quick ? { rounds: 2, time: 10 } : { rounds: 15, time: 20 }
const CONTENDERS = ['nothing', 'sealed-session', 'cookie-session', 'express-session', 'floor']

const series = new Series()
const script = new URL('contender.js', import.meta.url)
for (const shape of ['flat', 'nested'] as const) {
  const args = [shape, String(SIZE)]
  await contest(
    series,
    { script, contenders: CONTENDERS, args, facts: { shape, size: SIZE }, metrics: ['cpu'] },
    ROUNDS,
  )
}

finish('What a request costs', {
  benchmark: 'middleware',
  versions: versionsOf('cookie-session', 'express-session'),
  method: { ...ROUNDS, size: SIZE },
  measurements: series.measurements,
})
