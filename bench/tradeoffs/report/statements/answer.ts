import { keptIn, labelsOf, OURS } from '../backends.js'
import { present, type Results } from '../results.js'
import { listed } from '../words.js'
import { type Choice, choicesOf } from './choices.js'

/**
 * What an app with the one or the other did, for those matters that decide most. STORES are those that it is true of;
 * what does not name them is said only where it is true of all.
 */
const DID: Readonly<Record<string, Readonly<Partial<Record<'cookie' | 'store', string>>>>> = {
  'requests.read': {
    cookie: 'answered more requests per second than with STORES',
    store: 'let the app answer more requests per second',
  },
  'store-down': { cookie: 'went on while the stores were down' },
  'late-response': {
    cookie: 'kept people logged out when a response came late',
    store: 'kept people logged out when a response came late',
  },
  'stolen-cookie': {
    cookie: 'made a stolen cookie worthless at log-out',
    store: 'made a stolen cookie worthless at log-out',
  },
  'session-of-10-kb': { store: 'held sessions that no cookie holds' },
  'http1.write': { cookie: 'sent fewer bytes', store: 'sent fewer bytes when the session changed' },
}

/** The whole report in one paragraph. Says only what is true of all the stores that were measured, or names them. */
export function answerOf(results: Results): string {
  if (keptIn('store', present(results)).length === 0) {
    return 'No store was measured here, so this says only how the ways without one compare with each other.'
  }
  if (!present(results).includes(OURS)) return `${OURS} was not measured here, so there is nothing to compare with.`
  const choices = choicesOf(results)
  const [cookie, store] = [did(choices, 'cookie'), did(choices, 'store')]
  return [
    cookie.length > 0 && `With its sessions in sealed cookies, the app ${listed(cookie)}.`,
    store.length > 0 && `Every store ${listed(store)}.`,
    advice(cookie.length > 0, store.length > 0),
  ]
    .filter(Boolean)
    .join(' ')
}

function did(choices: readonly Choice[], side: 'cookie' | 'store'): string[] {
  return Object.entries(DID).flatMap(([matter, words]) => {
    const choice = choices.find((one) => one.matter === matter && one.side === side)
    const said = words[side]
    if (choice === undefined || said === undefined) return []
    if (choice.only.length === 0) return said.replace('STORES', 'any store')
    return said.includes('STORES') ? said.replace('STORES', listed(labelsOf(choice.only))) : []
  })
}

function advice(forCookie: boolean, forStore: boolean): string {
  if (forCookie && forStore) {
    return 'If you need what the stores did, take one; otherwise the cookie is one server fewer to run, to pay for and to be woken up by.'
  }
  if (forCookie) return 'Nothing that decides spoke for a store.'
  return forStore
    ? 'Nothing that decides spoke for the cookie but the server that you need not run.'
    : 'Nothing decided.'
}
