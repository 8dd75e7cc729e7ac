import assert from 'node:assert/strict'
import session from '../../lib/index.js'
import { DATA, USER } from './app.js'
import { visit } from './visit.js'

/**
 * Signs in, and checks that the contender does what it is timed for: it brings the data back, leaves a session alone
 * that was not changed, and keeps a change. Returns the cookie of the session.
 */
export async function signIn(url: string): Promise<string> {
  const { body, cookie } = await visit(`${url}/sign-in`)
  assert.equal(body, USER)
  assert.notEqual(cookie, '', 'signed in without a cookie')
  assert.deepEqual(await sessionWith(cookie), DATA)
  assert.deepEqual(await sessionWith(''), {})

  for (const step of ['untouched', 'read']) {
    assert.deepEqual(await visit(`${url}/${step}`, cookie), { body: USER, cookie: '' }, step)
  }
  const written = await visit(`${url}/write`, cookie)
  assert.equal(written.body, USER)
  // express-session keeps the data, so that the cookie stays the same.
  assert.deepEqual(await sessionWith(written.cookie || cookie), { ...DATA, views: DATA.views + 1 })
  return cookie

  async function sessionWith(cookie: string): Promise<object> {
    const answer = await visit(`${url}/session`, cookie)
    // The cookie of express-session is part of its JSON.
    const { cookie: _, ...data } = JSON.parse(answer.body)
    return data
  }
}

/** The same for the app without a session. It is sent a cookie all the same, as reading a head is not a session's cost. */
export async function visitWithoutSession(url: string): Promise<string> {
  const { cookie } = session({ keys: '2ukg162M7n962AungnHVNx2Oak1hxgqa', cookie: { secure: false } }).seal(DATA)
  for (const step of ['untouched', 'read', 'write']) {
    assert.deepEqual(await visit(`${url}/${step}`, cookie), { body: USER, cookie: '' }, step)
  }
  return cookie
}
