import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OTHER_SECRET as NEW, SECRET as OLD } from '../support/secrets.js'
import { App, type AppSettings, rollingRestart, startApps } from './support/apps.js'
import { startBalancers } from './support/balancers.js'
import { Visitor } from './support/client.js'
import { Load } from './support/load.js'
import { endAll } from './support/processes.js'
import { until } from './support/until.js'

const jwk = (kid: string, secret: string, times = {}) => ({
  kty: 'oct',
  kid,
  k: Buffer.from(secret).toString('base64url'),
  ...times,
})
const knowing = (...keys: unknown[]): AppSettings => ({ SESSION_KEYS: JSON.stringify(keys) })
const now = () => Math.floor(Date.now() / 1000)

afterEach(endAll)

describe('keys are rotated by rolling restarts under load, and no session is lost', () => {
  let apps: App[]
  let load: Load

  async function startUnderLoad(settings: AppSettings): Promise<void> {
    apps = await startApps(3, settings)
    load = await Load.on(Object.values(await startBalancers(apps)))
    await load.untilAnsweredBy(apps.map(({ pid }) => pid))
  }

  async function deploy(...settings: AppSettings[]): Promise<void> {
    await rollingRestart(apps, settings)
    await load.untilAnsweredBy(apps.map(({ pid }) => pid))
  }

  it('where the new key comes first, with an nbf by which all know it, though their clocks are apart', async () => {
    const old = jwk('old', OLD)
    const start = now()
    await startUnderLoad(knowing(old))
    // The deployment starts the processes one after the other, and must be done by then.
    const nbf = now() + Math.max(15, 4 * (now() - start))
    // To give one a later nbf is to put its clock back.
    const clocks = [0, 1, 2].map((behind) => ({ nbf: nbf + behind }))
    await deploy(...clocks.map((times) => knowing(jwk('new', NEW, times), old)))
    expect(now(), 'the deployment took longer than nbf had left for it').toBeLessThan(nbf)
    expect(load.kids).toEqual(new Set(['old']))
    await until('some use the new key, while others do not yet', () => load.kids.size === 2)
    await until('every session is sealed with the new key', () => [...load.kids].join() === 'new')
    await deploy(knowing(jwk('new', NEW)))
    const counts = await load.end()
    console.log('[old] -> [new with nbf, old] -> [new]:', counts)
    expect(counts).toMatchObject({ sessions: 16, lost: 0 })
  })

  it('where one deployment adds the new secret in the second place, and another puts it in the first', async () => {
    await startUnderLoad(knowing(OLD))
    const [oldKid] = load.kids
    await deploy(knowing(OLD, NEW))
    expect(load.kids).toEqual(new Set([oldKid]))
    await deploy(knowing(NEW, OLD))
    const [newKid, ...others] = load.kids
    expect([newKid === oldKid, others]).toEqual([false, []])
    await deploy(knowing(NEW))
    const counts = await load.end()
    console.log('[old] -> [old, new] -> [new, old] -> [new]:', counts)
    expect(counts).toMatchObject({ sessions: 16, lost: 0 })
  })
})

describe('a new secret that comes first at once', () => {
  let first: App
  let neighbour: App

  beforeEach(async () => {
    first = await App.start(knowing(NEW, OLD))
    neighbour = await App.start(knowing(OLD))
  })

  it('is not known to the processes that are still to be restarted: to them nobody is logged in', async () => {
    const ada = new Visitor(neighbour.origin)
    await ada.get('/login?user=Ada')
    const counted = await ada.at(first.origin).get('/count')
    expect(counted.json).toMatchObject({ user: 'Ada', count: 1 })
    const asked = await ada.at(neighbour.origin).get('/whoami')
    expect(asked.json.user).toBeNull()
    const lost = await ada.at(neighbour.origin).get('/count')
    expect(lost.json).toMatchObject({ user: null, count: 1 })
  })

  it('ends no session where a process that does not know it only reads: the cookie is left as it is', async () => {
    const ada = new Visitor(first.origin)
    await ada.get('/login?user=Ada')
    const asked = await ada.at(neighbour.origin).get('/whoami')
    expect([asked.json.user, asked.setCookies]).toEqual([null, []])
    await neighbour.restart(knowing(NEW, OLD))
    const again = await ada.at(neighbour.origin).get('/whoami')
    expect(again.json.user).toBe('Ada')
  })
})
