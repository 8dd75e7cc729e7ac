import { describe, expect, it } from 'vitest'
import { custom } from '../../lib/migrate/index.js'
import { asking } from './support.js'

type Any = any

const DATA = { user: 'Ada' }

describe('a reader made of a function', () => {
  it('finds what the function returns, which is given the request', async () => {
    const req = asking('old=1')
    const seen: unknown[] = []
    const reader = custom((one) => (seen.push(one), DATA))
    expect(reader.read(req)).toEqual({ data: DATA, cookies: [] })
    expect(reader.from).toBe('custom')
    expect(seen).toEqual([req])
  })

  it('finds what it returns later', async () => {
    const found = custom(async () => DATA).read(asking())
    expect(found).toBeInstanceOf(Promise)
    expect(await found).toEqual({ data: DATA, cookies: [] })
  })

  it('finds nothing if it returns undefined or no data, then or later', async () => {
    expect(custom(() => undefined).read(asking())).toBeUndefined()
    expect(custom(() => ({})).read(asking())).toBeUndefined()
    expect(await custom(async () => undefined).read(asking())).toBeUndefined()
  })

  it('names the cookies that go, those that the request brings', () => {
    const where = { path: '/app', domain: 'example.test' }
    const reader = custom(() => DATA, { cookies: ['old', { name: 'older', ...where }, 'gone'] })
    expect(reader.read(asking('older=2; old=1'))).toEqual({
      data: DATA,
      cookies: [{ name: 'old' }, { name: 'older', ...where }],
    })
    expect(reader.read(asking())).toEqual({ data: DATA, cookies: [] })
  })

  it('passes on what the function throws, then or later', async () => {
    const error = new Error('no connection')
    const throwing = (): never => {
      throw error
    }
    expect(() => custom(throwing).read(asking())).toThrow(error)
    await expect(custom(async () => throwing()).read(asking())).rejects.toBe(error)
  })

  it.each([[null], ['text'], [[1]], [new Map()], [new Date()]])('is an error if it returns %o', async (value: Any) => {
    const error = expect.objectContaining({
      code: 'ERR_SESSION_OPTIONS',
      message: expect.stringMatching(/return \{ \.\.\./),
    })
    expect(() => custom(() => value).read(asking())).toThrow(error)
    await expect(custom(async () => value).read(asking())).rejects.toEqual(error)
  })
})
