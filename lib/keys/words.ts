/** Walks on keyboards and counters, separated by blanks. Only runs of 4 and more letters of them count. */
export const SEQUENCES: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyzabc zyxwvutsrqponmlkjihgfedcbazyx',
  '01234567890123456789 98765432109876543210 0123456789abcdef0123 fedcba9876543210 11223344556677889900 aabbccddeeffgghh',
  // Keyboards by their rows and columns: QWERTY, QWERTZ, AZERTY.
  'qwertyuiop[]asdfghjkl;zxcvbnm,./ poiuytrewq lkjhgfdsa mnbvcxz qwertzuiopasdfghjklyxcvbnm azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ zaq12wsxcde34rfvbgt56yhnmju78ik, qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 a1b2c3d4e5f6g7h8i9j0k1l2m3n4 1a2b3c4d5e6f7g8h9i0j',
  '!@#$%^&*()_+ )(*&^%$#@! !"#$%&/()=?',
]

/** The words of placeholders, samples and common passwords, of 4 letters and more, separated by blanks. */
export const WORDS: readonly string[] = [
  'your yours session secret secrets cookie password passphrase passwd string token private public signing signature',
  'encryption encrypt encrypted encoded value values here goes right this that with from must have been will should',
  'change changed changeit replace replaced insert enter paste please provide generate generated generator create make',
  'random randomly bytes byte characters character chars letters digits numbers symbols length long longer very really',
  'quite super ultra mega extra strong secure secured security safe unsafe insecure complex complicated unique',
  'minimum least more than valid unit base64 base64url hexadecimal 256bit 128bit 512bit bits',
  'example examples sample dummy fake mock demo test tests testing tester placeholder todo fixme undefined missing',
  'default temporary temp local localhost development develop staging production prod environment variable config',
  'only never always just some something anything whatever nothing else another other real actual proper good best',
  'keys used using user users username account admin administrator root guest master server client express node nodejs',
  'nextauth next auth authentication authorization access refresh database website application apps api',
  'hello world there welcome letmein iloveyou monkey dragon football baseball sunshine princess shadow superman batman',
  'trustno1 qwerty abc123 passw0rd p4ssword s3cret correcthorsebatterystaple correct horse battery staple keyboard',
  'know knows tell nobody anybody anyone everyone guess leak leaked commit push public repo repository github share shared',
  'lorem ipsum dolor amet consectetur adipiscing elit quick brown jumps over lazy foobar foobarbaz',
  'jsonwebtoken algorithm hmac sha256 hs256 aes256 symmetric',
]

/** Phrases of documentation and starter projects, as letters and digits, that no random secret holds. */
export const PHRASES: readonly string[] = [
  ...['changeme', 'changethis', 'changeit', 'replaceme', 'replacethis', 'replacewith', 'insertyour', 'enteryour'],
  ...['yoursecret', 'yoursession', 'yourcookie', 'yourpassword', 'yourkey', 'yourown', 'putyour', 'usearandom'],
  ...['secrethere', 'keyhere', 'passwordhere', 'keygoeshere', 'goeshere', 'stringhere', 'bytesgohere'],
  ...['keyboardcat', 'tobemodified', 'supersecret', 'topsecret', 'secretkey', 'notasecret'],
  ...['notsosecret', 'notsecret', 'complexpassword'],
  ...['devsecret', 'testsecret', 'testkey', 'localsecret', 'examplekey'],
  ...['dummysecret', 'dummykey', 'fakesecret', 'insecuresecret'],
  ...[
    'placeholder',
    'atleast32',
    'atleast64',
    'atleast256',
    'minimum32',
    '32characters',
    '32chars',
    '32bytes',
    '256bit',
  ],
  ...[
    'randomlygenerated',
    'longrandomstring',
    'randomstring',
    'randombytes',
    'generateone',
    'generatewith',
    'donotuse',
  ],
  ...[
    'dontuse',
    'developmentonly',
    'devonly',
    'testonly',
    'testingonly',
    'localonly',
    'notforproduction',
    'inproduction',
  ],
  ...[
    'forproduction',
    'fordevelopment',
    'fortesting',
    'fortests',
    'todoset',
    'todochange',
    'todoreplace',
    'todogenerate',
  ],
]

/** Short words between the words of a sample. */
export const SMALL_WORDS: ReadonlySet<string> = new Set(
  'a an and any app at be by com dev do env for i id if in is it its jwt key me my no not of on one or our prod set so ten the two to up url use via we web you thirty four eight'.split(
    ' ',
  ),
)
