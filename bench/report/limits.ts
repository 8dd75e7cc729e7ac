import { blocks } from './markdown.js'

/** Why the promises that are not kept are not, as profiles of the middleware and of a server under load show. */
export function limits(): string {
  return blocks(
    '## What is in the way where a promise was not kept',
    [
      '- **Properties cost.** Express sets the prototype of every request and response, and V8 then gives each object ' +
        'a hidden class of its own: every property that a middleware adds makes another, and slows down whoever uses ' +
        'the object later. cookie-session adds three; sealed-session adds eight, because it must be able to turn back ' +
        'in `write`, `end`, `flushHeaders` and `writeHead` to give a session that does not fit to the error handler. ' +
        'This is why it gains less over HTTP than without Express. Keeping them in a WeakMap, and closures for the ' +
        'methods, were tried: garbage collection took more than it gave.',
      '- **Reading** does three things that the floor does not: it encodes again what it decodes, as only one spelling ' +
        'of a token is accepted; it sets `Vary`; and it serializes a session that has objects in it, as only so can ' +
        'it be known whether the app has changed them. Each is about a tenth of the whole. A session of texts and ' +
        'numbers is compared without that.',
      '- **Within a tenth of the bare app** is out of reach for any middleware that opens a cookie: compare the floor ' +
        'with the CPU of the bare app below.',
      '- **Capacity**: name, header, IV, tag and claims are what the format prescribes. A `kid` of one character ' +
        'saves eight bytes of JSON, `sizeLimit: 4096` two.',
    ].join('\n'),
  )
}
