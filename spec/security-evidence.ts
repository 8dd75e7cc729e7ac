/**
 * The tests that show each promise of spec/guide/promises.md, by the promise as the page words it. A test is named by
 * its title, or by `group > title` with that of the `describe` around it.
 */
export const PROMISES: Readonly<Record<string, readonly string[]>> = {
  'Nobody without a key can read a session.': [
    'A256GCM is that of test case 16 of the GCM specification',
    'A256CBC-HS512 is that of RFC 7518, appendix B.3',
    'a derived key > is HKDF-SHA-256 by RFC 5869, with no salt, and the purpose and algorithm as info',
  ],
  'Nobody without a key can make or change a session.': [
    'any one changed character of a token is rejected',
    'a token that was changed > is malformed with a tag of %i bytes, though Node would check as few as four',
  ],
  'Every token has a fresh, random IV.': [
    'an IV > is never given out twice when the clock goes to and fro',
    'an IV > is not drawn in advance for a startup snapshot, which would copy it into every process',
    'never have the same IV: each is random, and as long as the standard has it',
    'a random source that fails > is an error to the app, never a predictable IV: no cookie leaves, and the browser keeps its session',
  ],
  'Opening `A256CBC-HS512` tells nothing about padding.': [
    'opening A256CBC-HS512 > has no padding oracle: padding is checked only after the tag has verified',
    'the code that verifies > compares tags and signatures with timingSafeEqual',
  ],
  'A cookie is good for its own name only.': [
    'a token that was changed > is rejected when it was moved to a cookie of another name',
  ],
  'A token cannot choose how it is opened.': [
    'the protected header > is malformed with %s, even under a valid tag',
    'keys of a ring are never tried in turn: only the one that is named',
  ],
  'A token has one spelling.': [
    'a token that was changed > is malformed when base64url is spelled differently',
    'a token that was changed > is malformed when bits after the last byte are set',
  ],
  'A session ends on time, whatever the browser does.': [
    'when a session ends > lives until the second before its idle timeout, and ends at it',
    'when a session ends > ends earlier when the timeouts were shortened since',
    'when a session ends > is not accepted from more than 60 seconds in the future, by its sealing or by its beginning',
  ],
  'A late response does not undo a log-out in the same browser.': [
    'of %s does not bring the session back',
    'the guard > that was tampered with, is of another key, or has ended is none',
  ],
  'A session that `validate` refuses reaches no handler.': [
    'refuses it with false: the handler finds a new session, and the cookie stays where it is',
    'is closed when it fails: the error goes to next, the handler does not run, the session stays',
  ],
  'No cookie causes an error.': [
    '%s is an empty session and no error',
    'a header that no browser sends > is read in time that grows with its length only, however it is built',
    'a token that was changed > is not decoded at all when it is too long',
  ],
  'Hostile input ends in a value, or in an error with a code.': [
    'whatever somebody else sends, stores or configures > comes to a value or an error with a code: $name',
  ],
  'The answer to a refused token does not tell why it was refused.': [
    'gives the same answer, in status, headers and body: %s',
    'is refused for every reason that there is',
    'that has ended in this browser, the answer is the same as to a bad one: %s',
    'that was invalidated, the answer is the same as to a bad one where the session is asked for: %s',
    'but to a bad one it is as ever, whatever guard comes with it and whatever validate would say',
  ],
  'A planted cookie that was made up does not become a session.': [
    'a valid cookie is found behind up to three that a sibling domain planted',
    'opens, and wins if it is the newer one, where the name is not __Host-: %s',
  ],
  'Where `__Host-` is in force, no other host can plant a cookie.': [
    "a cookie of the attacker's own session, planted in another browser > opens nowhere where the name is __Host-, as only the host itself can set that one",
    'over HTTPS > no other name is accepted',
  ],
  'Only a session that the old package would accept moves in.': [
    'whatever the Cookie header is, %s > neither fails nor finds a session',
    'cookieSession finds nothing > if a character of the value or of the signature differs, or is missing',
  ],
  'In production, no session travels in the clear.': [
    'in production a session does not leave over plain HTTP, and the error says how to trust the proxy',
    'in production a session that came in the clear is none, though its cookie is genuine',
  ],
  "A shared cache does not hand one user's session to another.": [
    'caches > must not store a response that sets the cookie: %s',
    'with cacheControl, the same caches > leave everybody who they are: nginx with proxy_ignore_headers Set-Cookie',
  ],
  'A session that cannot be sent is not lost without a sign.': [
    'an overflow reaches the error handler and leaves the session as it was',
    'warnings > tell of an assignment after the headers have left, in %s',
  ],
  'Errors, warnings, events and `console.log` show no key, token or session value.': [
    'no session data and no token are shown > by errors, warnings and events',
    'no key is shown > by what is exported, however deep it is inspected',
    'the values of a session > are not shown by what asks an object what to show: %s',
    'the values of a session > are shown by what goes through its properties: %s',
  ],
  'Session data cannot pollute prototypes.': [
    'Object.prototype polluted by other code > by a session of ours is impossible: __proto__ and constructor are data like any other',
    'Object.prototype polluted by other code > becomes no claim: a session is sealed and opened as without it',
  ],
  'Keys can be rotated and revoked without a restart.': [
    'a key ring > opens nothing with a revoked key, from that second on',
    'the whole life of a ring, in three processes under load that load it from a file > loses no session that should live, and keeps none alive that should not',
  ],
  'Weak secrets are refused.': [
    'a short secret > is counted in bytes and not in characters',
    'keys > are required in production',
  ],
  'Installing it runs no code and brings no other package.': [
    'the package > runs nothing when it is installed',
    'the package > brings no other package along',
    'the source > makes no network call, and writes no file but the one that the command line is told to write',
  ],
  'A release is what was tested, and is built in public.': [
    'the workflows > publish with provenance, without a token, and only what is tested and tagged with its version',
    'the bill of materials of a release > names nothing else, as nothing else is built into the files',
  ],
}

/** How an item of ASVS is met, in the words of spec/guide/asvs.md. */
export type Met = 'by default' | 'with `validate`' | 'your job' | 'not without a store'

/** An item of ASVS 5.0.0: its level, how it is met, and the tests that show what the package has to do with it. */
export type Item = readonly [level: 1 | 2 | 3, met: Met, ...tests: readonly string[]]

export const ITEMS: Readonly<Record<string, Item>> = {
  '3.3.1': [
    1,
    'by default',
    'the prefix > is __Secure- where __Host- is not allowed: %j',
    'over HTTPS the cookie is Secure and bound to the host and its responses by __Host-Http-',
  ],
  '3.3.2': [2, 'by default', 'without options > the cookie has its defaults, whatever the request'],
  '3.3.3': [2, 'by default', 'over HTTPS > it is named __Secure- with a domain or another path'],
  '3.3.4': [2, 'by default', 'over HTTPS the cookie is Secure and bound to the host and its responses by __Host-Http-'],
  '3.3.5': [
    3,
    'by default',
    'whatever the session, name and value never exceed the limit',
    'keeps a session whose cookie is exactly as large as the limit',
  ],
  '3.5.1': [1, 'your job', 'csrf-sync on %s > refuses no token, a made-up one, and the one of another visitor'],
  '3.5.3': [1, 'your job'],
  '3.5.4': [2, 'your job'],
  '7.1.1': [2, 'your job', 'without options > every option has its default'],
  '7.1.2': [2, 'your job'],
  '7.1.3': [2, 'your job'],
  '7.2.1': [
    1,
    'by default',
    '%s is an empty session and no error',
    'gives the same answer, in status, headers and body: %s',
  ],
  '7.2.2': [1, 'by default', 'a sealed token > never has the same initialization vector twice'],
  '7.2.3': [1, 'by default', 'a session id > is 16 random bytes in base64url'],
  '7.2.4': [
    1,
    'with `validate`',
    'logging in gives the session a new id and drops what an anonymous one held',
    'logs in under a new id, and keeps anonymous data only if asked to',
    'does not reach a copy of the cookie: whoever has one has the session until it ends',
    'a log-in that kills the id of before ends the copies of that session, too',
  ],
  '7.3.1': [2, 'by default', 'an unused session expires, and its cookie is left where it is'],
  '7.3.2': [2, 'by default', 'a session in constant use ends with the absolute timeout'],
  '7.4.1': [
    1,
    'with `validate`',
    'does not reach a copy of the cookie: whoever has one has the session until it ends',
    'kill one session: a deny list of ids that expire > makes log-out end the copies of a session, too',
  ],
  '7.4.2': [
    1,
    'with `validate`',
    'password change: a version that the session keeps > ends the sessions of a user who is deleted',
  ],
  '7.4.3': [
    2,
    'with `validate`',
    'password change: a version that the session keeps > ends every other session at once, within the same second, while the one it was done in goes on',
  ],
  '7.4.4': [2, 'your job'],
  '7.4.5': [
    2,
    'with `validate`',
    'log out everywhere: a notBefore per user > ends the sessions of that user in every process, and no other',
    'a key ring > opens nothing with a revoked key, from that second on',
  ],
  '7.5.1': [2, 'your job', 'a sensitive action asks for the password again, also of whoever has a copy of the cookie'],
  '7.5.2': [2, 'not without a store', 'one session is killed by its id'],
  '7.5.3': [3, 'your job', 'a sensitive action asks for the password again, also of whoever has a copy of the cookie'],
  '7.6.1': [2, 'your job'],
  '7.6.2': [2, 'your job'],
  '9.1.1': [
    1,
    'by default',
    "a token that was changed > is rejected as tampered when any part of it is another token's",
  ],
  '9.1.2': [
    1,
    'by default',
    'the protected header > is malformed with %s, even under a valid tag',
    'is refused by the app and by jose under the header of another way',
  ],
  '9.1.3': [
    1,
    'by default',
    'the protected header > is malformed with %s, even under a valid tag',
    'the protected header > is not trusted to name a key that is not in the ring, nor anything that every object has',
  ],
  '9.2.1': [
    1,
    'by default',
    'when a session ends > ends when its sealed end has passed, though the timeouts were lengthened since',
    'when a session ends > is not accepted from more than 60 seconds in the future, by its sealing or by its beginning',
    'when a session ends > lives until the second before its absolute timeout, and ends at it',
    'a clock > that was ahead while a session was written lets it end late, by as much as it was ahead',
  ],
  '9.2.2': [2, 'by default', 'the guard > is not a session, and a session is not a guard'],
  '9.2.3': [
    2,
    'your job',
    'does not open under another name',
    'an audience > is in the keys of all that is sealed, and of all that is opened',
    'a cookie of another service > opens in another service that has the ring and the name, and in none that has another ring or name',
  ],
  '9.2.4': [
    2,
    'your job',
    'exported keys > open no cookie of another name',
    'exported keys for an audience > are those of that audience, and of no other',
  ],
}
