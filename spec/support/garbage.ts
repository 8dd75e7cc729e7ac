import fc from 'fast-check'

const base64url = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const headers = fc
  .record(
    {
      alg: fc.constantFrom('dir', 'A256KW', 'PBES2-HS256+A128KW', 'RSA-OAEP', 'ECDH-ES', 'none', '__proto__'),
      enc: fc.constantFrom('A256GCM', 'A256CBC-HS512', 'A128GCM', 'none', '__proto__'),
      zip: fc.constant('DEF'),
      crit: fc.jsonValue(),
      p2c: fc.constant(1e9),
      epk: fc.jsonValue(),
      kid: fc.jsonValue(),
      exp: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url'))
/** Values that a cookie of any package may have, and none has: tokens, signed ids, JSON and what no parser takes. */
export const garbage: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.oneof(headers, base64url), fc.oneof(fc.constant(''), base64url), base64url, base64url, base64url)
    .map((parts) => parts.join('.')),
  fc.string({ unit: 'binary' }),
  fc.json().map((text) => Buffer.from(text).toString('base64')),
  fc.tuple(fc.string(), base64url).map(([id, signature]) => `s%3A${id}.${signature}`),
  fc.constantFrom('%', '%E0%A4%A', 's:', 's%3A', '....', 'A'.repeat(5000)),
)
