import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardLine, removal, SECURE_ATTRIBUTES, sealedLine } from '../support/set-cookie.js'
import { CARRIERS, type Carried, COMPRESSIONS, carry, sessions } from './matrix/carriers.js'
import { type Client, clientOf, type Seen } from './matrix/client.js'
import { MODES, type Mode } from './matrix/modes.js'
import { STATES, type State } from './matrix/states.js'

/** Our cookie and its guard, under either of their names. */
const OURS = /^(?:__Host-Http-)?session(?:\.ended)?=/

const cells = CARRIERS.flatMap((carrier) => COMPRESSIONS.map((compressed) => ({ carrier, compressed })))

describe.each(cells)('$carrier, $compressed', ({ carrier, compressed }) => {
  const secure = carrier === 'HTTPS' || carrier === 'HTTP/2'
  const { name, cookie } = sessions.seal({ user: { name: 'Ada' } }, { secure })
  const attributes = secure ? SECURE_ATTRIBUTES : undefined
  const [removed, sealed, guard] = [
    removal(name, attributes),
    sealedLine(name, attributes),
    guardLine(name, attributes),
  ]
  const uncaught: unknown[] = []
  const note = (error: unknown) => uncaught.push(error)
  let plain: Carried
  let ours: Carried
  let asPlain: Client
  let asOurs: Client

  beforeAll(async () => {
    process.on('uncaughtException', note).on('unhandledRejection', note)
    ;[plain, ours] = await Promise.all([carry(carrier, compressed, false), carry(carrier, compressed, true)])
    asPlain = clientOf(carrier, plain.port)
    asOurs = clientOf(carrier, ours.port)
  })
  afterAll(async () => {
    asPlain.close()
    asOurs.close()
    await Promise.all([plain.close(), ours.close()])
    process.off('uncaughtException', note).off('unhandledRejection', note)
    expect(uncaught).toEqual([])
  })

  /** The response to a mode in a state, once its `finish` has fired. */
  async function ask(mode: Mode, state: State, client: Client, server: Carried): Promise<Seen> {
    const id = randomUUID()
    const finished = server.finished(id)
    const path = `/${MODES.indexOf(mode)}/${STATES.indexOf(state)}`
    const headers = { ...mode.headers, 'x-id': id, 'accept-encoding': 'gzip', ...(state.brings ? { cookie } : {}) }
    const seen = await client.ask({ path, method: mode.method ?? 'GET', headers })
    await finished
    return seen
  }

  /** What a line of ours is, or the line itself if it is none that we know. */
  function kindOf(line: string): string {
    if (line === removed) return 'a removal'
    if (guard.test(line)) return 'a guard'
    return sealed.test(line) ? 'a session' : line
  }

  const isExpress = carrier === 'Express 5' || carrier === 'Express 4'
  const modes = MODES.filter((mode) => {
    return !(mode.express && !isExpress) && !(mode.http1 && carrier === 'HTTP/2')
  })

  it.each(modes)('$name', async (mode) => {
    const baseline = await ask(mode, STATES[0] as State, asPlain, plain)
    for (const state of STATES) {
      const seen = await ask(mode, state, asOurs, ours)
      const about = `${mode.name}, ${state.name}`
      const carried = seen.cookies.filter((line) => OURS.test(line))
      expect(carried.map(kindOf), about).toEqual(state.carries)
      if (state.fails && isExpress && baseline.status === 503 && seen.status !== 503) {
        // The app's error handler was answering already, and Express does not go back to it: the next one answers.
        expect(seen.status, about).toBe(500)
      } else if (state.fails) {
        const body = mode.method === 'HEAD' ? '' : `handled ${state.fails}`
        expect([seen.status, seen.body], about).toEqual([503, body])
      } else {
        expect({ ...seen, cookies: seen.cookies.filter((line) => !OURS.test(line)) }, about).toEqual(baseline)
      }
    }
  })
})
