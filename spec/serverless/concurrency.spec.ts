import type express from 'express'
import { describe, expect, it } from 'vitest'
import { appWith } from '../support/app.js'
import { SETUPS } from './adapters.js'
import { jsonOf, namesOf, Visitor } from './visitor.js'

type Any = any

/** Lets everybody go on once this many have come. */
function meetingOf(size: number): () => Promise<void> {
  let waiting: (() => void)[] = []
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length < size) return
      for (const goOn of waiting) goOn()
      waiting = []
    })
}

/** Its slow routes do nothing before another event has come as far as they have. */
function routes(app: express.Express): void {
  const meet = meetingOf(2)
  app.get('/login/:name', (req: Any, res) => {
    req.session.user = req.params.name
    res.json(null)
  })
  app.get('/note', async (req: Any, res) => {
    const { user } = req.session
    await meet()
    req.session.note = `of ${user}`
    await meet()
    res.json({ user: req.session.user, id: req.session.id })
  })
  app.get('/stream', async (req: Any, res) => {
    await meet()
    req.session.note = `of ${req.session.user}`
    res.write('one ')
    await meet()
    res.end('two')
  })
  app.get('/overflow', async (req: Any, res) => {
    await meet()
    req.session.note = 'x'.repeat(5000)
    res.json('produced')
  })
  app.get('/me', (req: Any, res) => void res.json({ user: req.session.user, note: req.session.note }))
  app.use((async (error, _req, res, _next) => {
    await meet()
    res.status(503).json({ handled: error.code })
  }) satisfies express.ErrorRequestHandler)
}

describe.each(SETUPS)('%s', (_name, { adapter, service, create }) => {
  async function twoVisitors(): Promise<[Visitor, Visitor]> {
    const invoke = adapter.adapt(appWith(routes, {}, create))
    const [ada, bob] = [new Visitor(invoke, service), new Visitor(invoke, service)]
    await ada.get('/login/Ada')
    await bob.get('/login/Bob')
    return [ada, bob]
  }

  it('two events at a time each read and write the session of their own visitor', async () => {
    const [ada, bob] = await twoVisitors()
    const [first, second] = (await Promise.all([ada.get('/note'), bob.get('/note')])).map(jsonOf) as Any[]
    expect([first.user, second.user]).toEqual(['Ada', 'Bob'])
    expect(first.id).not.toBe(second.id)
    expect(jsonOf(await ada.get('/me'))).toEqual({ user: 'Ada', note: 'of Ada' })
    expect(jsonOf(await bob.get('/me'))).toEqual({ user: 'Bob', note: 'of Bob' })
  })

  it('an overflow of one, which is handled meanwhile, leaves the other alone', async () => {
    const [ada, bob] = await twoVisitors()
    const [failed, streamed] = await Promise.all([ada.get('/overflow'), bob.get('/stream')])
    expect([failed.status, jsonOf(failed)]).toEqual([503, { handled: 'ERR_SESSION_OVERFLOW' }])
    expect(failed.setCookies).toEqual([])
    expect([streamed.status, streamed.body.toString()]).toEqual([200, 'one two'])
    expect(namesOf(streamed.setCookies)).toEqual(['__Host-Http-session'])
    expect(jsonOf(await ada.get('/me'))).toEqual({ user: 'Ada' })
    expect(jsonOf(await bob.get('/me'))).toEqual({ user: 'Bob', note: 'of Bob' })
  })
})
