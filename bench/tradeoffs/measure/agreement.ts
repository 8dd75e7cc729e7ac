import assert from 'node:assert/strict'
import { type Answer, visit } from '../../http/visit.js'
import { sessionData } from '../../measure/session-data.js'
import { USER } from './user.js'

/** Signs somebody in with so many bytes of session, and returns the cookie. */
export async function signIn(url: string, size: number): Promise<string> {
  const { body, cookie } = await visit(`${url}/sign-in?size=${size}`)
  assert.equal(body, USER)
  assert.notEqual(cookie, '', 'signed in without a cookie')
  return cookie
}

/**
 * Checks that a backend does what it is timed for: it brings the data back, leaves a session alone that was not
 * changed, and keeps a change.
 */
export async function agree(url: string, size: number): Promise<void> {
  const cookie = await signIn(url, size)
  const data = sessionData('flat', size)
  assert.deepEqual(await sessionOf(url, cookie), data)
  assert.deepEqual(await sessionOf(url, ''), {})
  for (const step of ['untouched', 'read']) {
    assert.deepEqual(await visit(`${url}/${step}`, cookie), { body: USER, cookie: '' } satisfies Answer, step)
  }
  const written = await visit(`${url}/write`, cookie)
  assert.equal(written.body, USER)
  // Where a store has the data, the cookie may stay the same.
  assert.deepEqual(await sessionOf(url, written.cookie || cookie), { ...data, views: 2 })
}

/** The data alone: the cookie of express-session is part of its JSON. */
export async function sessionOf(url: string, cookie: string): Promise<Record<string, unknown>> {
  const { body } = await visit(`${url}/session`, cookie)
  const { cookie: _, ...data } = JSON.parse(body)
  return data
}

/** How often these sessions were changed. */
export async function changesOf(url: string, cookies: readonly string[]): Promise<number> {
  let changes = 0
  for (const cookie of cookies) changes += Number((await sessionOf(url, cookie))['views']) - 1
  return changes
}
