import type { IncomingMessage } from 'node:http'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import session, {
  type OpenResult,
  type Session,
  type SessionData,
  type SessionHandler,
  type SessionOptions,
  type SessionSchema,
} from '../../lib/index.js'

interface Data {
  user: { name: string; since: Date }
  views: number
}

// Nothing here runs: the compiler reads it.
declare const req: IncomingMessage
const inZod = z.object({ user: z.object({ name: z.string(), since: z.coerce.date() }), views: z.number().default(0) })
const inValibot = v.object({
  user: v.object({ name: v.string(), since: v.pipe(v.string(), v.toDate()) }),
  views: v.optional(v.number(), 0),
})
const inArktype = type({ user: { name: 'string', since: 'string.date.parse' }, views: 'number = 0' })

describe('a schema', () => {
  it('of any library types what a middleware opens, by what it returns', () => {
    expectTypeOf(session({ schema: inZod })).toEqualTypeOf<SessionHandler<Data>>()
    expectTypeOf(session({ schema: inValibot })).toEqualTypeOf<SessionHandler<Data>>()
    expectTypeOf(session({ schema: inArktype }).open(req).session?.user?.since).toEqualTypeOf<Date | undefined>()
    expectTypeOf(session({ schema: inZod }).open(req)).toEqualTypeOf<OpenResult<Data>>()
  })

  it('types what seal() takes', () => {
    const { seal } = session({ schema: inZod })
    seal({ user: { name: 'Ada', since: new Date() } })
    // @ts-expect-error views are counted
    seal({ views: 'many' })
    // @ts-expect-error there are no such data
    seal({ clicks: 1 })
  })

  it('types the session that validate is asked about, wherever it stands', () => {
    const validate = (one: Session<Data>) => one.user !== undefined
    session({ schema: inZod, validate })
    session({
      validate(one) {
        expectTypeOf(one.user?.name).toEqualTypeOf<string | undefined>()
        return true
      },
      schema: inZod,
    })
  })

  it('may be a union', () => {
    const either = z.union([z.object({ user: z.string() }), z.object({ guest: z.boolean() })])
    expectTypeOf(session({ schema: either })).toEqualTypeOf<SessionHandler<{ user: string } | { guest: boolean }>>()
  })

  it('has to return an object', () => {
    // @ts-expect-error text is no data of a session
    session({ schema: z.string() })
    // @ts-expect-error it has no ~standard
    session({ schema: { parse: (value: unknown) => value } })
  })

  it('may be written by hand, and be absent by a condition', () => {
    const byHand: SessionSchema<Data> = { '~standard': { validate: (value) => ({ value: value as Data }) } }
    expectTypeOf(session({ schema: byHand })).toEqualTypeOf<SessionHandler<Data>>()
    const options: SessionOptions<Data> = { schema: undefined }
    expectTypeOf(session(options)).toEqualTypeOf<SessionHandler<Data>>()
  })

  it('is not needed: without one, data are as before', () => {
    expectTypeOf(session({ keys: 'x' })).toEqualTypeOf<SessionHandler<SessionData>>()
    expectTypeOf(session<Data>({ keys: 'x' })).toEqualTypeOf<SessionHandler<Data>>()
    expectTypeOf(session<Data>({ schema: inZod })).toEqualTypeOf<SessionHandler<Data>>()
  })

  it('types req.session where SessionData extends what it returns', () => {
    interface Declared extends SessionData, z.infer<typeof inZod> {}
    expectTypeOf<Session<Declared>['user']>().toEqualTypeOf<Data['user'] | undefined>()
  })
})
