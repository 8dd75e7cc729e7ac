import { blocks } from './markdown.js'
import { orAbsent, times } from './numbers.js'
import type { OfNode } from './recordings.js'
import { ratio, value } from './select.js'

/** Why the promises that are not kept are not, as profiles of the middleware and of a server under load show. */
export function limits(everything: readonly OfNode[]): string {
  const floors = everything.map((one) => `${orAbsent(floorOverHttp(one), times)} with ${one.node}`).join(', ')
  return blocks(
    '## What is in the way where a promise was not kept',
    [
      '- **Within a tenth of the bare app** is out of reach for whoever opens a cookie. The floor, written into the ' +
        `handlers of an app without any middleware, serves ${floors} of what the bare app serves.`,
      '- **Properties cost, up to Node 22.** Express sets the prototype of every request and response, and V8 then ' +
        'gives each object a hidden class of its own: every property that a middleware adds makes another, and slows ' +
        'down whoever uses the object later. cookie-session adds three; sealed-session adds eight, because it must be ' +
        'able to turn back in `write`, `end`, `flushHeaders` and `writeHead` to give a session that does not fit to ' +
        'the error handler. From Node 24 on, V8 shares these classes, and Express itself serves several times as much. ' +
        'Keeping the eight in a WeakMap, and closures for the methods, were tried with Node 20: garbage collection ' +
        'took more than it gave.',
      '- **Reading** does three things that the floor does not: it encodes again what it decodes, as only one spelling ' +
        'of a token is accepted; it sets `Vary`; and it serializes a session that has objects in it, as only so can ' +
        'it be known whether the app has changed them. Each is about a tenth of the whole. A session of texts and ' +
        'numbers is compared without that.',
      '- **A request that does not touch its session** costs the eight properties. They are there before it is known ' +
        'whether the handler will ask: what is patched later comes too late for a session that is first used while ' +
        'the headers leave.',
      '- **Import beside Express**: an ES module passes through a second loader of Node, which loads asynchronously; ' +
        'cookie-session is CommonJS, like Express. Alone, its dependencies cost it more than that.',
      '- **Capacity**: name, header, IV, tag and claims are what the format prescribes. A `kid` of one character ' +
        'saves eight bytes of JSON, `sizeLimit: 4096` two.',
    ].join('\n'),
  )
}

function floorOverHttp({ recordings: { http } }: OfNode): number | undefined {
  const requests = (contender: string) => value(http, { contender, express: 5, step: 'read', metric: 'requests' })
  return ratio(requests('floor'), requests('nothing'))
}
