import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'
import { type App, startApps } from './support/apps.js'
import { startBalancers } from './support/balancers.js'
import { Visitor } from './support/client.js'
import { temporaryFolder } from './support/folder.js'
import { Load } from './support/load.js'
import { endAll } from './support/processes.js'
import { until } from './support/until.js'

const SECRETS = { a: SECRET, b: OTHER_SECRET, c: THIRD_SECRET }
const now = () => Math.floor(Date.now() / 1000)

afterEach(endAll)

/** A key as the file has it. */
function jwk(kid: keyof typeof SECRETS, times: object = {}) {
  return { kty: 'oct', kid, k: Buffer.from(SECRETS[kid]).toString('base64url'), ...times }
}

describe('the whole life of a ring, in three processes under load that load it from a file', () => {
  let file: string
  let apps: App[]
  let load: Load

  async function publish(...keys: object[]): Promise<void> {
    await writeFile(`${file}.new`, JSON.stringify({ keys }))
    await rename(`${file}.new`, file)
  }

  /** Signs in, and returns what somebody who copied the cookie now could do with it in each process. */
  async function copiedCookie(): Promise<() => Promise<(string | null)[]>> {
    const visitor = new Visitor(apps[0]?.origin as string)
    await visitor.get('/login?user=Mallory')
    const jar = [...visitor.jar]
    return () =>
      Promise.all(
        apps.map(async ({ origin }) => (await new Visitor(origin, undefined, new Map(jar)).get('/whoami')).json.user),
      )
  }

  async function sealedWith(kid: string): Promise<void> {
    await until(`every session is sealed with ${kid}`, () => [...load.kids].join() === kid)
  }

  it('loses no session that should live, and keeps none alive that should not', async () => {
    file = join(await temporaryFolder(), 'keys.json')
    await publish(jwk('a'))
    apps = await startApps(3, { KEYS_FILE: file })
    load = await Load.on(Object.values(await startBalancers(apps)))
    await load.untilAnsweredBy(apps.map(({ pid }) => pid))
    const copiedUnderA = await copiedCookie()

    // Pending, then active; the old key is retired.
    const activation = now() + 4
    await publish(jwk('b', { nbf: activation }), jwk('a'))
    await sealedWith('b')
    expect(now()).toBeGreaterThanOrEqual(activation)
    expect(await copiedUnderA()).toEqual(['Mallory', 'Mallory', 'Mallory'])

    // Expired: by the clock, in all processes in the same second.
    const end = now() + 4
    await publish(jwk('b', { nbf: activation }), jwk('a', { exp: end }))
    await until('the old key has expired', () => now() >= end)
    expect(await copiedUnderA()).toEqual([null, null, null])

    // A new one again, and the one before is revoked. Whoever wrote in between stays signed in: a read seals nothing.
    const copiedUnderB = await copiedCookie()
    const quiet = new Visitor(apps[1]?.origin as string)
    await quiet.get('/login?user=Ada')
    const reader = new Visitor(apps[1]?.origin as string)
    await reader.get('/login?user=Bob')
    await publish(jwk('c', { nbf: now() + 3 }), jwk('b', { nbf: activation }))
    await sealedWith('c')
    expect((await quiet.get('/count')).json.user).toBe('Ada')
    const read = await reader.get('/whoami')
    expect([read.json.user, read.setCookies]).toEqual(['Bob', []])
    expect(await copiedUnderB()).toEqual(['Mallory', 'Mallory', 'Mallory'])
    await publish(jwk('c', { nbf: now() - 1 }), jwk('b', { nbf: activation, revoked: true }))
    let alive: (string | null)[] = []
    await until('the revoked key opens nothing', async () => {
      alive = await copiedUnderB()
      return alive.every((user) => user === null)
    })
    expect((await quiet.get('/whoami')).json.user).toBe('Ada')
    expect((await reader.get('/whoami')).json.user).toBeNull()

    const counts = await load.end()
    console.log('pending, active, retired, expired, revoked:', {
      ...counts,
      aliveThatShouldNot: alive.filter(Boolean).length,
    })
    expect(counts).toMatchObject({ sessions: 16, lost: 0 })
  })
})
