import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { type SessionEvent } from '../../lib/index.js'
import type { SessionStore } from '../../lib/migrate/index.js'
import { SECRET } from '../support/secrets.js'
import { cookiesOf, type Piece, pieces } from './olds/cookies.js'
import { OLDS, type Old } from './olds/packages.js'
import { isFrom, MOVES, OVER, parsed } from './olds/sessions.js'
import { STORES } from './olds/stores.js'
import { pairOf } from './pairs.js'
import { assertPrototypeIsClean, target } from './target.js'
import { visit } from './visit.js'

/** The cookies of every other package, through the middleware of an app that has moved here. */
export const migrate = target({
  name: 'migrate',
  inputs: fc.record({
    of: fc.constantFrom(...Object.keys(OLDS)),
    brought: fc.array(pieces, { maxLength: 4 }),
    store: fc.oneof({ weight: 3, arbitrary: fc.constant('answers') }, fc.constantFrom(...Object.keys(STORES))),
  }),
  reached: ['migrated', 'none', 'failed', 'ERR_SESSION_RESERVED', 'ERR_SESSION_OPTIONS', 'ECONNREFUSED'],
  async check({ of, brought, store }) {
    const old = OLDS[of] as Old
    const all = brought.flatMap((piece) => ('text' in piece ? [piece.text] : []))
    // A store has one session, whatever the cookies are that name it.
    const made = of === 'expressSession' ? all.slice(0, 1) : all
    const storeOf = STORES[store] as (stored: unknown) => SessionStore
    const events: SessionEvent[] = []
    const sessions = session<object>({
      keys: SECRET,
      name: 'ours',
      migrateFrom: [old.reader(storeOf(parsed(made[0] ?? '{"user":"Ada"}')))],
      onEvent: (event) => events.push(event),
    })
    const read = (cookie: string) => visit(sessions, { cookie }, (req) => ({ ...req.session }))
    const { found, error, lines } = await read(
      (await Promise.all(brought.map((one) => cookiesOf(old, one)))).flat().join('; '),
    )
    assertPrototypeIsClean()
    assert.equal(error, undefined)
    const outcome = outcomeOf(events)
    // What anybody can send is nothing that has failed.
    if (all.length === 0) assert.equal(outcome, 'none')
    if (outcome === 'migrated') {
      // Nothing moves in that the other package has not sealed or signed, or that is over there.
      const sources = made.filter((text) => isFrom(found, text) && !OVER[of]?.includes(text))
      assert.notEqual(sources.length, 0, JSON.stringify(found))
      assert.equal(JSON.stringify((await read(pairOf(lines[0] as string))).found), JSON.stringify(found))
    } else assert.deepEqual([found, lines], [{}, []])
    if (isWhole(brought, old, store)) assert.equal(JSON.stringify(found), JSON.stringify(MOVES[made[0] as string]))
    return outcome
  },
})

function outcomeOf(events: readonly SessionEvent[]): string {
  const [first] = events.filter(({ type }) => type.startsWith('migrat'))
  if (first?.type === 'migration-failed') return first.code ?? 'failed'
  return first === undefined ? 'none' : 'migrated'
}

/** One session, as the other package set it, in a store that has it: it must move in. */
function isWhole(brought: readonly Piece[], { isChunked }: Old, store: string): boolean {
  const [piece, ...others] = brought
  if (piece === undefined || others.length > 0 || !('text' in piece) || !Object.hasOwn(MOVES, piece.text)) return false
  return piece.damage === undefined && (!isChunked || piece.chunks <= 10) && store.startsWith('answers')
}
