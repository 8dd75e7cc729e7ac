import { describe, expect, it, vi } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'
import { ADAPTERS, type Invoke } from './adapters.js'
import { SERVICES } from './services.js'
import { jsonOf, send } from './visitor.js'

const warnings = catchWarnings()

/** A new instance in production: the app and this package are evaluated again, and share nothing with the one before. */
async function coldStart(adapt: (typeof ADAPTERS)[number]['adapt'], keys: string | undefined): Promise<Invoke> {
  vi.stubEnv('NODE_ENV', 'production')
  vi.stubEnv('SESSION_KEYS', keys)
  vi.resetModules()
  const { app } = await import('./lambda.js')
  return adapt(app)
}

describe.each(ADAPTERS.map(({ name, adapt }) => [name, adapt] as const))('a cold start with %s', (_name, adapt) => {
  it('needs nothing but SESSION_KEYS, and warns of nothing', async () => {
    const invoke = await coldStart(adapt, SECRET)
    for (const service of SERVICES) {
      const { status, setCookies } = await send(invoke, service, { path: '/login' })
      expect([status, setCookies.length], service.name).toEqual([200, 1])
    }
    expect(warnings.messages()).toEqual([])
  })

  it('without SESSION_KEYS fails before the first event', async () => {
    await expect(coldStart(adapt, undefined)).rejects.toMatchObject({ code: 'ERR_SESSION_KEYS' })
  })

  it.each(SERVICES.map((service) => [service.name, service] as const))(
    'opens what an instance before it has sealed, behind %s',
    async (_service, service) => {
      const before = await coldStart(adapt, SECRET)
      const { setCookies } = await send(before, service, { path: '/login' })
      const cookies = setCookies.map((line) => line.split(';')[0] as string)
      const after = await coldStart(adapt, SECRET)
      expect(after).not.toBe(before)
      expect(jsonOf(await send(after, service, { path: '/me', cookies }))).toEqual({ user: 'Ada' })
    },
  )
})
