import { beforeAll, describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { type App, rollingRestart, startApps } from './support/apps.js'
import { type Balancers, startBalancers } from './support/balancers.js'
import { Visitor } from './support/client.js'
import { Load } from './support/load.js'

let apps: App[]
let origins: Balancers

beforeAll(async () => {
  apps = await startApps(3, { SESSION_KEYS: SECRET })
  origins = await startBalancers(apps)
})

const pids = () => apps.map(({ pid }) => pid)

describe('three processes with the same keys, behind a load balancer without stickiness', () => {
  it.each(['nginx', 'HAProxy'] as const)('share every session: through %s', async (proxy) => {
    const visitor = new Visitor(origins[proxy])
    await visitor.get('/login?user=Ada')
    const answers = []
    for (let request = 1; request <= 30; request++) answers.push((await visitor.get('/count')).json)
    expect(answers.map(({ user, count }) => [user, count])).toEqual(
      Array.from({ length: 30 }, (_, index) => ['Ada', index + 1]),
    )
    expect(new Set(answers.map(({ pid }) => pid))).toEqual(new Set(pids()))
  })

  it('lose no session when one of them is killed in the middle of its work', async () => {
    const load = await Load.on(Object.values(origins))
    await load.untilAnsweredBy(pids())
    const [victim, ...survivors] = apps as [App, App, App]
    await victim.kill()
    await load.untilAnsweredBy(survivors.map(({ pid }) => pid))
    await victim.restart()
    await load.untilAnsweredBy(pids())
    const counts = await load.end()
    console.log('one of three killed and started again:', counts)
    expect(counts).toMatchObject({ sessions: 16, lost: 0 })
  })

  it('lose no session when all of them are restarted one by one, under load', async () => {
    const before = pids()
    const load = await Load.on(Object.values(origins))
    await load.untilAnsweredBy(before)
    await rollingRestart(apps)
    await load.untilAnsweredBy(pids())
    const counts = await load.end()
    console.log('rolling restart of three:', counts)
    expect(new Set([...before, ...pids()]).size).toBe(6)
    expect(counts).toMatchObject({ sessions: 16, lost: 0 })
  })
})
