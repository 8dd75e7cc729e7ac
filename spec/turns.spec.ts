import type express from 'express'
import { describe, expect, it, vi } from 'vitest'
import session from '../lib/index.js'
import { EXPRESSES } from './support/app.js'
import { serving } from './support/raw.js'
import { SECRET } from './support/secrets.js'

type Any = any

describe.each(EXPRESSES)('where a test has put timers of its own in the place of Node, on %s', (_version, create) => {
  /** As Jest's fake timers do: what was put off never comes, while a handler runs. */
  const withoutTicks = async (act: () => unknown) => {
    const spies = [vi.spyOn(process, 'nextTick'), vi.spyOn(globalThis, 'setImmediate')]
    for (const spy of spies) spy.mockImplementation((() => {}) as Any)
    const restore = () => spies.forEach((spy) => void spy.mockRestore())
    // What waits for them would keep the runner waiting, too.
    const giveUp = setTimeout(restore, 1000)
    try {
      return await act()
    } finally {
      const inTime = vi.isMockFunction(process.nextTick)
      clearTimeout(giveUp)
      restore()
      expect(inTime).toBe(true)
    }
  }

  it.each<[string, (req: Any, done: (error?: unknown) => void) => unknown]>([
    ['save', (req, done) => req.session.save(done)],
    ['regenerate', (req, done) => req.session.regenerate(done)],
    ['reload', (req, done) => req.session.reload(done)],
    ['destroy', (req, done) => req.session.destroy(done)],
  ])('%s calls back all the same', async (_method, act) => {
    const app = create()
    app.use(session({ keys: SECRET }))
    app.get('/', async (req, res) => {
      await withoutTicks(() => new Promise<unknown>((resolve) => act(req, resolve)))
      res.end('called back')
    })
    await serving(app, async (port) => {
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('called back')
    })
  })

  it('a request goes on when validate has answered by a promise', async () => {
    const app = create()
    const sessions = session({ keys: SECRET, validate: async () => true })
    const { cookie } = sessions.seal({ user: 'Ada' } as Any)
    app.use((req, res, next) => {
      void withoutTicks(() => new Promise<void>((resolve) => sessions(req, res, () => resolve()))).then(next)
    })
    app.get('/', (req: Any, res: express.Response) => void res.end(req.session.user))
    await serving(app, async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie } })
      expect(await response.text()).toBe('Ada')
    })
  })
})
