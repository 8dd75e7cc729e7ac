import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readKeys } from '../../lib/keys/source.js'
import { OTHER_SECRET, SECRET } from '../support/secrets.js'

const base64 = Buffer.alloc(32, SECRET).toString('base64')
const hex = Buffer.from(SECRET).toString('hex')
const otherHex = Buffer.from(OTHER_SECRET).toString('hex')
/** Text that code would take for a template. */
const dollar = (text: string) => `$${text}`

function refusalOf(keys: unknown): string {
  try {
    readKeys(keys)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_SESSION_KEYS' })
    return (error as Error).message
  }
  throw new Error(`taken as a secret: ${inspect(keys)}`)
}

/** No piece of a text that is long enough to be searched for. */
function expectNoneOf(text: string, message: string): void {
  for (const piece of text.match(/[^\s"'.,:/<>{}[\]()-]{12,}/g) ?? []) expect(message).not.toContain(piece)
}

describe('a list in one text is refused, with how to write one:', () => {
  it.each([
    ['a comma', 'old,new'],
    ['a comma between secrets', `${SECRET},${OTHER_SECRET}`],
    ['a comma and a blank', `${SECRET}, ${OTHER_SECRET}`],
    ['a semicolon', `${SECRET};${OTHER_SECRET}`],
    ['a blank', `${SECRET} ${OTHER_SECRET}`],
    ['a bar', `${SECRET}|${OTHER_SECRET}`],
    ['a colon', `${hex}:${otherHex}`],
    ['a tab', `${SECRET}\t${OTHER_SECRET}`],
    ['a line feed', `${SECRET}\n${OTHER_SECRET}`],
    ['the line ends of Windows', `${SECRET}\r\n${OTHER_SECRET}`],
    ['three of them', `${SECRET},${OTHER_SECRET},${hex}`],
    ['several of one form', `${base64},${Buffer.from(OTHER_SECRET).toString('base64')}`],
    ['several of different forms', `${base64},${hex}`],
    ['keys in hex on two lines', `${hex}\n${otherHex}`],
    ['quotation marks of their own', `"${SECRET}","${OTHER_SECRET}"`],
    ['names', 'the-old-session-key-1,the-new-session-key-22'],
    ['those of a starter project', 'toBeModified1,toBeModified2,toBeModified3'],
  ])('%s', (_what, text) => {
    const message = refusalOf(text)
    expect(message).toMatch(/^key 1 is a (?:list in one text: .*as a JSON array, newest first|well-known placeholder)/)
    expectNoneOf(text, message)
    expect(refusalOf([OTHER_SECRET, text])).toMatch(/^key 2 is a /)
  })

  it('a key that openssl prints on two lines is not a list', () => {
    expect(
      readKeys(
        randomBytes(64)
          .toString('base64')
          .replace(/^.{64}/, '$&\n'),
      ),
    ).toHaveLength(1)
  })
})

describe('what stands for a secret is refused as what it is:', () => {
  it.each([
    ...[
      'op://vault/item/field',
      'arn:aws:secretsmanager:eu-central-1:123456789012:secret:session-keys-AbCdEf',
      '@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/session-keys/)',
      '@Microsoft.AppConfiguration(Endpoint=https://shop.azconfig.io; Key=session-keys)',
      dollar('{{ secrets.SESSION_KEYS }}'),
      dollar('{SESSION_KEYS}'),
      dollar('{SESSION_KEYS:-a-default-that-is-never-taken}'),
      dollar('{env:SESSION_KEYS}'),
      '$SESSION_KEYS',
      '$env:SESSION_KEYS_OF_THE_WHOLE_APPLICATION',
      '%SESSION_KEYS%',
      '%SESSION_KEYS_OF_THE_WHOLE_APPLICATION%',
      '$(SESSION_KEYS_OF_THE_WHOLE_APPLICATION)',
      '{{ .Values.session.keys.of.the.application }}',
      '{{resolve:secretsmanager:session-keys:SecretString:keys}}',
      '{{ vault_session_keys }}',
      '<%= ENV["SESSION_KEYS_OF_THE_APPLICATION"] %>',
      '#{SESSION_KEYS_OF_THE_WHOLE_APPLICATION}#',
      '__SESSION_KEYS_OF_THE_WHOLE_APPLICATION__',
      '@SESSION_KEYS_OF_THE_WHOLE_APPLICATION@',
      '[[session.keys.of.the.whole.application]]',
      'projects/p/secrets/session-keys/versions/latest',
      'vault:secret/data/session#keys',
      'vault://secret/data/session-keys#value',
      'ref+vault://secret/data/session-keys#/value',
      'secretref:session-keys-of-the-application',
      'https://my.vault.azure.net/secrets/session-keys',
      'postgres://user:password@localhost:5432/database',
      'file:///run/secrets/session_keys',
      'ssm:/production/session-keys-of-the-application',
      'ssm:///production/session-keys',
      'gcp:secretmanager:projects/p/session-keys',
      'doppler:shop/production/SESSION_KEYS',
      'process.env.SESSION_KEYS',
      'process.env["SESSION_KEYS_OF_THE_APPLICATION"]',
      'import.meta.env.SESSION_KEYS_OF_THE_SHOP',
      "os.environ['SESSION_KEYS_OF_THE_SHOP']",
      'secrets.SESSION_KEYS_OF_THE_APPLICATION',
      'var.session_keys_of_the_application',
      'module.secrets.session_keys_of_the_shop',
      '!Ref SessionKeysOfTheApplication1234',
      '!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162',
    ].map((text) => ['a reference that nothing has replaced', text]),
    ...[
      '/run/secrets/session_keys',
      '/run/secrets/session-keys-of-the-application.json',
      '/MyCompany/Production/SessionKeys',
      '/mycompany/production/session-keys',
      '~/.config/session/session-keys-of-the-shop',
      './secrets/session-keys-of-the-shop.json',
      'C:\\ProgramData\\shop\\session-keys-of-the-shop',
      'secrets/session-keys-of-the-application.txt',
    ].map((text) => ['a path, not a secret', text]),
    ...[
      '$(openssl rand -base64 32)',
      '$(cat /run/secrets/session_keys_of_the_shop)',
      '`openssl rand -base64 32`',
      'openssl rand -base64 48 | tr -d "\\n"',
    ].map((text) => ['a command that no shell has run', text]),
    ...[
      'ENC[AES256_GCM,data:c2VjcmV0,iv:aXY=,tag:dGFn,type:str]',
      'ENC(1BPYuQNJ0XfMuG3m2nQ8M1xjXuUOdZ8k)',
      '$ANSIBLE_VAULT;1.1;AES256',
      '{cipher}AQA8Xh3wzkZ0pH1mS7Tn5b2Yw9KdFqLr',
      'vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf',
      'encrypted:BDQE1234567890abcdefghijklmnop',
    ].map((text) => ['still encrypted', text]),
  ])('%s: %s', (kind, text) => {
    const message = refusalOf(text)
    expect(message).toMatch(new RegExp(`^key 1 is ${kind}: .*\\bgive `))
    expectNoneOf(text, message)
    expect(refusalOf([SECRET, text])).toMatch(/^key 2 /)
  })
})

describe('a placeholder is refused:', () => {
  it.each([
    '<your-32-character-secret-goes-here>',
    '<SESSION_KEYS>',
    '[your session secret]',
    '[REDACTED_BY_THE_SECRETS_MANAGER_]',
    'REPLACE_WITH_32_RANDOM_BYTES_HERE',
    'your-256-bit-secret',
    'your-256-bit-secret-which-is-longer',
    'a-string-secret-at-least-256-bits-long',
    'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
    'complex_password_at_least_32_characters_long',
    'YOUR_SESSION_SECRET_GOES_RIGHT_HERE',
    'insert-your-own-session-secret-here',
    'TODO: generate a real secret before the release',
    'TODO_SET_THE_SESSION_SECRET_BEFORE_DEPLOYING',
    'example-session-secret-do-not-use-this',
    'examplesecretexamplesecretexample1',
    'dummy',
    'dummy-session-secret-for-the-unit-tests',
    'test-secret',
    'test-secret-test-secret-for-testing-only',
    'development-only-secret-not-for-production',
    'development-only-0123456789abcdef',
    'thisisasecretkeyforthedevelopmentserver',
    'ThisIsMySuperLongSessionSecretForExpress',
    'my-very-long-and-secure-session-password',
    'this_is_not_a_secure_secret_key_do_not_use',
    'super-secret-jwt-token-with-at-least-32-characters-long',
    'PleaseChangeThisToSomethingElseInProduction',
    'some long random string of your own choice',
    'p4ssw0rd-p4ssw0rd-s3cret-k3y-ch4ng3me',
    'correct horse battery staple correct horse',
    'correcthorsebatterystaplecorrecthorse',
    'django-insecure-secret-key-for-development',
    'session-secret-session-secret-session',
    'mysecretmysecretmysecretmysecret1234',
    'letmeinletmeinletmeinletmeinletmein1',
    'changeit-changeit-changeit-changeit-1',
    'Lorem ipsum dolor sit amet, consectetur adipiscing elit',
    'secret',
    'password',
    'changeme',
  ])('%s', (text) => {
    const message = refusalOf(text)
    expect(message).toMatch(/^key 1 (?:is a well-known placeholder|is a placeholder|repeats itself)/)
    expect(message).not.toContain(text)
  })
})

describe('a pattern is refused, whatever comes after it:', () => {
  const patterns = [
    'passwordpasswordpasswordpassword!',
    'secretsecretsecretsecretsecret12',
    'abcabcabcabcabcabcabcabcabcabcabc1',
    '0123456789abcdef0123456789abcdef',
    '0123456789abcdef0123456789abcdef-1',
    '0123456789ABCDEFfedcba9876543210!',
    'qwertyuiopasdfghjklzxcvbnm123456',
    'QWERTYUIOPasdfghjklZXCVBNM654321',
    '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,',
    'zaq12wsxcde34rfvbgt56yhnmju78ik,9',
    '1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y',
    'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
    'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'zyxwvutsrqponmlkjihgfedcba987654321',
    '12345678901234567890123456789012x',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.',
    'XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX',
    '00000000-0000-0000-0000-000000000000',
    'aaaabbbbccccddddeeeeffffgggghhhh',
    `${SECRET.slice(0, 16)}${SECRET.slice(0, 16)}!`,
    `x${SECRET.slice(0, 11)}.${SECRET.slice(0, 11)}.${SECRET.slice(0, 11)}`,
    `${SECRET.slice(0, 16)}${SECRET.slice(0, 16).toLowerCase()}`,
    'the cat sat on the mat, the cat sat on the mat',
    '********************************',
  ]
  it.each(patterns)('%s', (text) => {
    expect(refusalOf(text)).toMatch(/^key 1 (?:repeats itself or follows a pattern|is a well-known placeholder): make/)
  })

  it.each(patterns)('%s, in a JWK, in hex and in base64', (text) => {
    const bytes = Buffer.from(text)
    const jwk = { kty: 'oct', k: bytes.toString('base64url') }
    for (const keys of [jwk, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]) {
      expect(refusalOf(keys)).toMatch(/^key 1 (?:repeats itself or follows a pattern|is a well-known placeholder)/)
    }
  })

  it.each([
    ['counting', Uint8Array.from({ length: 32 }, (_, index) => index)],
    ['counting down', Uint8Array.from({ length: 64 }, (_, index) => 255 - index)],
    ['zeros', new Uint8Array(32)],
    [
      'one block again and again',
      Buffer.concat([Buffer.from(SECRET.slice(0, 8)), Buffer.alloc(31, SECRET.slice(0, 8))]),
    ],
  ])('bytes that are %s, in every form', (_what, bytes) => {
    const buffer = Buffer.from(bytes)
    const jwk = { kty: 'oct', k: buffer.toString('base64url') }
    for (const keys of [jwk, buffer.toString('hex'), buffer.toString('base64'), buffer.toString('base64url')]) {
      expect(refusalOf(keys)).toMatch(/^key 1 repeats itself or follows a pattern/)
    }
  })
})

describe('a value that is not the text of a key is refused, and named:', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const bytes = Buffer.from(hex.repeat(2), 'hex')
  type Row = [what: string, text: string, message: RegExp]
  it.each<Row>([
    [
      'bytes read as text',
      Buffer.concat([bytes, Buffer.of(0xff, 0xfe)]).toString('utf8'),
      /characters that text never has.*base64url/,
    ],
    [
      'bytes read as Latin-1',
      Buffer.from(`${hex.slice(1)}\x81`, 'latin1').toString('latin1'),
      /characters that text never has/,
    ],
    ['UTF-16 read as UTF-8', Buffer.from(SECRET, 'utf16le').toString('utf8'), /characters that text never has/],
    ['NUL at the end, as from C', `${SECRET}\0`, /characters that text never has/],
    ['half a character', `${SECRET}\ud83d`, /characters that text never has/],
    ['an escape of a terminal', `\u001b[32m${SECRET}\u001b[0m`, /characters that text never has/],
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /in PEM.*"oct" JWK/],
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), /in PEM.*"oct" JWK/],
    ['a PEM whose line feeds are written out', '-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIE', /in PEM/],
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@example.org', /in PEM/],
    ['a page of HTML', '<!DOCTYPE html><html><body>Sign in to continue</body></html>', /page of HTML/],
    ['an answer in XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /page of HTML or XML/],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${SECRET}`, /is a token/],
    ['a JWE', `eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.${SECRET}.AAAAAAAAAAAAAAAAAAAAAA`, /is a token/],
    ['another variable', `SESSION_SECRET=${SECRET}`, /sets another variable: give only/],
    ['a line of YAML', `SESSION_KEYS: "${SECRET}"`, /line of YAML: give only/],
    ['an export', `export KEY=${SECRET}`, /sets another variable/],
    [
      'JSON in base64',
      Buffer.from(JSON.stringify({ keys: [{ kty: 'oct' }] })).toString('base64'),
      /JSON in base64: decode/,
    ],
    ['a Buffer that was printed', `<Buffer ${'1f 2e 3d '.repeat(12)}>`, /what a program prints.*give a secret as text/],
    ['an object that was printed', '[object Object],[object Object],[object Object]', /what a program prints/],
    ['the word undefined', 'undefined', /what a program prints/],
    ['several lines', 'first line\nsecond line\nthird line\nfourth', /several lines/],
    ['quotation marks of a word processor', `\u201c${SECRET}\u201d`, /quotation mark: leave/],
    ['a quotation mark that nothing closes', `"${hex}`, /quotation mark: leave/],
    ['JSON in quotation marks', `'["${SECRET}"]'`, /quotation mark: leave/],
    ['a blank of zero width', `${SECRET}\u200b`, /an invisible character: remove it/],
    ['a byte order mark', `\ufeff${SECRET}`, /white space: trim it/],
  ])('%s', (_what, text, expected) => {
    const message = refusalOf(text)
    expect(message).toMatch(/^key 1 /)
    expect(message).toMatch(expected)
    expect(message).not.toContain(SECRET)
    expect(message).not.toContain(hex.slice(0, 12))
  })
})

describe('a secret that only looks like a mistake is accepted:', () => {
  it.each([
    ['a brace at the beginning', '{X7}k[2]mZ9:"w","B4r"/T1y=U8p~E5q'],
    ['a bracket at the beginning', '[q{X7}k]mZ9:"w","B4r"/T1y=U8p~E5'],
    ['quotation marks at both ends', '"q{X7}k[2]mZ9:w,B4r/T1y=U8p~E5&"'],
    ['an apostrophe at the beginning', "'q{X7}k[2]mZ9:w,B4r/T1y=U8p~E5&9"],
    ['commas and semicolons', 'q7;X2,kZ9|mB4r,T1yU8;pE5wQ3,zN6v'],
    ['a dollar and braces', dollar('{q7X2kZ9m}B4r!T1yU8pE5wQ3zN6vL0')],
    ['angle brackets', '<q7X2kZ9m!B4r*T1yU8&pE5wQ3?zN6v>'],
    ['percent signs at both ends', '%q7X2kZ9m!B4rT1yU8pE5wQ3zN6vL0J%'],
    ['a slash at the beginning', '/q7X2kZ9m/B4rT1yU8pE5wQ3zN6vL0Jd/hF'],
    ['a prefix of its version', `v2:${SECRET}`],
    ['a passphrase with commas', 'otter,violin,cement,gravity,lantern,pickle'],
    ['a passphrase in Japanese', '\u6771\u4eac\u306e\u7a7a\u306f\u9752\u304f\u6d77\u306f\u6df1\u3044'],
    ['a passphrase with an emoji of several characters', `${SECRET}\u{1f469}\u200d\u{1f680}`],
  ])('%s', (_what, text) => {
    expect(readKeys(text)).toHaveLength(1)
  })
})

describe('a text that almost has the shape of a mistake', () => {
  it.each([
    '/',
    '/a/',
    '~/',
    '$',
    '%',
    '<',
    '[',
    '{',
    '{{',
    '(',
    '"',
    "'",
    ',',
    'a.',
    'aB',
    '/aB',
    '-----BEGIN ',
    'eyJ',
    'eyJ.',
    '=',
    ' ',
  ])('is checked in linear time: %j', (piece) => {
    for (const text of [
      piece.repeat(20_000),
      `/${piece.repeat(20_000)}!`,
      `$${piece.repeat(20_000)}!`,
      `x${piece.repeat(20_000)}\n`,
    ]) {
      const start = performance.now()
      try {
        readKeys(text)
      } catch {}
      expect(performance.now() - start).toBeLessThan(5000)
    }
  })
})

describe('a key that quoting, a comment or a tool has damaged is refused, with the fix:', () => {
  const set = JSON.stringify({ keys: [{ kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }] })
  const KEY = 'dGhpcyBpcyBubyBzZWNyZXQgYXQgYWxsLCBidXQgbG9uZw'

  it.each<[string, string, RegExp]>([
    ['JSON in a JSON text', JSON.stringify(set), /is JSON that was quoted or encoded twice/],
    ['JSON with backslashes', set.replaceAll('"', '\\"'), /is JSON that was quoted or encoded twice/],
    ['JSON for a URL', encodeURIComponent(set), /is JSON that was quoted or encoded twice/],
    ['quoted JSON with a comment', `'${set}' # prod`, /has a comment after it/],
    ['a key with a comment', `${KEY} # prod`, /has a comment after it/],
    ['a quoted key with a comment', `"${KEY}" # prod`, /has a comment after it/],
    ['a comma behind it', `${KEY},`, /begins or ends with a character that is not part of it/],
    ['a quotation mark behind it', `${KEY}"`, /begins or ends with a character that is not part of it/],
    ['a line feed in letters', `${KEY}\\n`, /begins or ends with a character that is not part of it/],
    ['an equals sign before it', `=${KEY}`, /begins or ends with a character that is not part of it/],
    ['a hyphen before it', `- ${KEY}`, /begins or ends with a character that is not part of it/],
    ['a command of Windows', `set SESSION_KEYS=${KEY}`, /is text of a \.env file/],
    ['a command of PowerShell', `$env:SESSION_KEYS="${KEY}"`, /is text of a \.env file/],
    ['an error of curl', 'curl: (22) The requested URL returned error: 404', /is the error message of a tool/],
    ['an error of a shell', 'permission denied: /run/secrets/session_keys', /is the error message of a tool/],
    [
      'an error of AWS',
      'An error occurred (AccessDeniedException) when calling GetSecretValue',
      /is the error message/,
    ],
    ['YAML of Kubernetes', 'secretKeyRef: {name: session, key: keys}', /is a line of YAML/],
  ])('%s', (_what, text, message) => {
    expect(refusalOf(text)).toMatch(message)
    expectNoneOf(KEY, refusalOf(text))
  })
})
