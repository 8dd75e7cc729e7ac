import type { Answer } from '../actors/browser.js'
import { isKnown, person, sessionIn, signIn } from '../actors/people.js'
import type { Finding, Trial } from '../finding.js'

/** The session of somebody who is signed in grows to so many bytes of JSON. */
export const largeSession =
  (bytes: number): Trial =>
  async (scene) => {
    const app = await scene.shared()
    const somebody = person(app.origin)
    await signIn(somebody)
    const grown = await somebody.browser.post(`/fill?bytes=${bytes}`)
    const session = sessionIn(await somebody.browser.get('/read'))
    return tell({
      bytes,
      status: grown.status,
      ...codeOf(grown),
      cookieBytes: grown.cookiesDown,
      cookiesIgnored: grown.cookiesIgnored,
      kept: JSON.stringify(session).length === bytes,
      stillSignedIn: await isKnown(somebody),
    })
  }

function codeOf({ status, body }: Answer): { code?: string } {
  return status === 200 || status === 0 ? {} : { code: JSON.parse(body).code }
}

export interface Facts {
  readonly bytes: number
  readonly status: number
  /** Of the error that reached the app. */
  readonly code?: string
  /** Of the `Set-Cookie` lines. */
  readonly cookieBytes: number
  /** By the browser, which tells nobody. */
  readonly cookiesIgnored: number
  readonly kept: boolean
  readonly stillSignedIn: boolean
}

export function tell(facts: Facts): Finding {
  const { status, code, cookiesIgnored, kept, stillSignedIn } = facts
  if (kept) return { verdict: 'good', happened: 'It was kept.', facts: { ...facts } }
  const rest = stillSignedIn ? 'the session stayed as it was before' : 'the user was signed out'
  if (status === 200) {
    const dropped = cookiesIgnored > 0 ? ', but the browser dropped the cookie' : ''
    const happened = `The app heard of no error${dropped}: the change was lost, and ${rest}.`
    return { verdict: 'bad', happened, facts: { ...facts } }
  }
  const happened = `The app got the error ${code ?? 'of a lost connection'} to answer with: the change was refused, and ${rest}.`
  return { verdict: stillSignedIn ? 'mixed' : 'bad', happened, facts: { ...facts } }
}
