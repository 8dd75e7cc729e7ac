import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'

const security = examplesOf('spec/guide/security.md')
const { page } = security

/** What shows the sentences of each section, by file and title. */
const TESTS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'A client who makes up cookies': [
    [
      'spec/token/token.spec.ts',
      'is not trusted to name a key that is not in the ring, nor anything that every object has',
    ],
    ['spec/token/token.spec.ts', 'is malformed with %s, even under a valid tag'],
    ['spec/properties/token.spec.ts', 'any one changed character of a token is rejected'],
    ['spec/properties/token.spec.ts', 'whatever text comes as a token, opening it is a rejection and no error'],
    ['spec/events.spec.ts', 'is a flood of rejected events, one for each request, and nothing is logged by itself'],
  ],
  'A client who keeps old cookies': [
    ['spec/token/token.spec.ts', 'is rejected when it was moved to a cookie of another name'],
    ['spec/logout-guard.spec.ts', 'is not a session, and a session is not a guard'],
    ['spec/journeys.spec.ts', 'of several that are accepted the one that was sealed last wins, wherever it stands'],
  ],
  'A client who fills the session': [
    [
      'spec/properties/token.spec.ts',
      'one byte decides: the largest session that fits is sealed, the next one is refused',
    ],
    ['spec/session/session.spec.ts', 'may be assigned under __proto__, which a user may have chosen as a key'],
    [
      'spec/system/head.system.ts',
      'takes one process after the other out of the rotation of nginx as it comes, for every visitor',
    ],
  ],
  'A sibling domain, and the network on plain HTTP': [
    ['spec/journeys.spec.ts', 'a valid cookie is found behind up to three that a sibling domain planted'],
    ['spec/journeys.spec.ts', 'in production a session that came in the clear is none, though its cookie is genuine'],
    [
      'spec/journeys.spec.ts',
      'in production a session does not leave over plain HTTP, and the error says how to trust the proxy',
    ],
    ['spec/logout-guard.spec.ts', 'cannot be hidden by one that somebody else has planted'],
    ['spec/planted.spec.ts', 'opens, and wins if it is the newer one, where the name is not __Host-: %s'],
  ],
  'A thief who has copied a cookie': [
    ['spec/journeys.spec.ts', 'a session in constant use ends with the absolute timeout'],
    ['spec/system/recipes.system.ts', 'makes log-out end the copies of a session, too'],
    ['spec/system/recipes.system.ts', 'ends the sessions of that user in every process, and no other'],
    [
      'spec/device/device-bound.spec.ts',
      'is worth nothing to a thief of both cookies eleven minutes later, and goes on for its owner',
    ],
  ],
  'Another site': [],
  'A script in your page': [
    [
      'spec/cookie/attributes.spec.ts',
      'over HTTPS the cookie is Secure and bound to the host and its responses by __Host-Http-',
    ],
  ],
  'A cache in between': [
    ['spec/system/caching.system.ts', 'never serves a response that sets a session cookie to anybody else'],
    [
      'spec/system/caching.system.ts',
      'cannot be helped if told to ignore Cache-Control as well: one newcomer is given the session of another',
    ],
  ],
  'Someone who reads logs and error reports': [
    ['spec/secrecy.spec.ts', 'by errors, warnings and events'],
    ['spec/secrecy.spec.ts', 'by what is exported, however deep it is inspected'],
    ['spec/secrecy.spec.ts', 'are not shown by what asks an object what to show: %s'],
    ['spec/secrecy.spec.ts', 'are shown by what goes through its properties: %s'],
    [
      'spec/guide/errors.spec.ts',
      'an uncaught error that has a session as a property shows its values where Node ends by it, and not in a log',
    ],
  ],
  'Other code in the same process': [
    ['spec/faults.spec.ts', 'becomes no claim: a session is sealed and opened as without it'],
    [
      'spec/structure.spec.ts',
      'is built on modules of Node, none of them for connections, and on jose where that is installed',
    ],
  ],
  Replay: [
    ['spec/logout-guard.spec.ts', 'of %s does not bring the session back'],
    [
      'spec/neighbours/oauth2.spec.ts',
      'finds the state again in a cookie that was kept from before: only the code cannot be used twice',
    ],
  ],
  'Lost updates': [],
  Fixation: [
    ['spec/journeys.spec.ts', 'logging in gives the session a new id and drops what an anonymous one held'],
    ['spec/neighbours/passport.spec.ts', 'logs in under a new id, and keeps anonymous data only if asked to'],
  ],
  CSRF: [
    ['spec/neighbours/csrf.spec.ts', 'refuses no token, a made-up one, and the one of another visitor'],
    ['spec/neighbours/csrf.spec.ts', 'makes a new token at the login, and the one of before is refused'],
  ],
  'A session of another deployment': [
    [
      'spec/planted.spec.ts',
      'opens in another service that has the ring and the name, and in none that has another ring or name',
    ],
    ['spec/audience.spec.ts', 'a session of %j is rejected as tampered by the app of %j'],
    ['spec/audience.spec.ts', 'of a companion decides, too: one of %j keeps no session of staging alive'],
    ['spec/audience.spec.ts', 'of a guard decides, too: one of %j ends no session of staging'],
  ],
  'A key that has leaked': [
    ['spec/keys/ring.spec.ts', 'opens nothing with a revoked key, from that second on'],
    ['spec/keys/ring.spec.ts', 'open no cookie of another name'],
    ['spec/keys/strength.spec.ts', 'a repetitive secret is refused:'],
  ],
  'Timing and padding': [
    ['spec/token/algorithms.spec.ts', 'has no padding oracle: padding is checked only after the tag has verified'],
  ],
  Nonces: [
    ['spec/token/iv.spec.ts', 'is never given out twice'],
    ['spec/token/iv.spec.ts', 'is not drawn in advance for a startup snapshot, which would copy it into every process'],
    [
      'spec/faults.spec.ts',
      'is an error to the app, never a predictable IV: no cookie leaves, and the browser keeps its session',
    ],
  ],
  Clocks: [
    ['spec/faults.spec.ts', 'that goes back by less than a minute loses no session'],
    ['spec/faults.spec.ts', 'that was ahead while a session was written lets it end late, by as much as it was ahead'],
    ['spec/session/lifetime.spec.ts', 'ends when its sealed end has passed, though the timeouts were lengthened since'],
  ],
  Length: [['spec/token/token.spec.ts', 'is as long as was computed before it was sealed']],
  'Sessions of another package': [
    ['spec/migrate/cookie-session.spec.ts', 'if a character of the value or of the signature differs, or is missing'],
    ['spec/migrate/garbage.spec.ts', 'neither fails nor finds a session'],
  ],
}

/** Of those that only explain, or send the reader to another one. */
const WITHOUT_TEST = ['Another site', 'Lost updates']

describe('what the security model says', () => {
  const [, attackersAndAttacks = ''] = /^## Attackers\n(.*)^## What to do/ms.exec(page.prose) ?? []
  const titles = [...attackersAndAttacks.matchAll(/^### (.+)$/gm)].map(([, title = '']) => title)

  it.each(titles)('of "%s" is shown by a test', (title) => {
    const tests = TESTS[title] ?? []
    expect(tests.length > 0).toBe(!WITHOUT_TEST.includes(title))
    for (const [file, sentence] of tests) {
      const spec = readFileSync(join(REPOSITORY, file), 'utf8')
      expect(spec).toMatch(new RegExp(`(?:it|describe|\\])[^\\n]*\\((['"\`])${escaped(sentence)}\\1`))
    }
  })

  it('is about ten attackers and ten attacks, and tests are named for no other', () => {
    expect(titles.length).toBeGreaterThanOrEqual(20)
    expect(Object.keys(TESTS)).toEqual(titles)
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

everyBlockRan(security)
