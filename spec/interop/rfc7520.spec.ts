import { compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { type CompactJwe, decodeBase64url, decodeHeader, joinCompact, splitCompact } from '../../lib/token/compact.js'
import { open } from '../../lib/token/jwe.js'
import { START } from '../support/clock.js'
import { tokenKeys } from '../support/keys.js'
import { base64url } from '../support/tokens.js'

/** RFC 7520, section 5.6: direct encryption using AES-GCM, with A128GCM. */
const KEY = {
  kty: 'oct',
  kid: '77c7e2b8-6e13-45cf-8672-617b5b45243a',
  use: 'enc',
  alg: 'A128GCM',
  k: 'XctOhJAkA-pD9Lh7ZgW_2A',
} as const

const PARTS: CompactJwe = {
  header: 'eyJhbGciOiJkaXIiLCJraWQiOiI3N2M3ZTJiOC02ZTEzLTQ1Y2YtODY3Mi02MTdiNWI0NTI0M2EiLCJlbmMiOiJBMTI4R0NNIn0',
  encryptedKey: '',
  iv: 'refa467QzzKx6QAB',
  ciphertext:
    'JW_i_f52hww_ELQPGaYyeAB6HYGcR559l9TYnSovc23XJoBcW29rHP8yZOZG7YhLpT1bjFuvZPjQS-m0IFtVcXkZXdH_lr_FrdYt9HRUYksh' +
    'trMmIUAyGmUnd9zMDB2n0cRDIHAzFVeJUDxkUwVAE7_YGRPdcqMyiBoCO-FBdE-Nceb4h3-FtBP-c_BIwCPTjb9o0SbdcdREEMJMyZBH8ySW' +
    'MVi1gPD9yxi-aQpGbSv_F9N4IZAxscj5g-NJsUPbjk29-s7LJAGb15wEBtXphVCgyy53CoIKLHHeJHXex45Uz9aKZSRSInZI-wjsY0yu3cT4' +
    '_aQ3i1o-tiE-F8Ios61EKgyIQ4CWao8PFMj8TTnp',
  tag: 'vbb32Xvllea2OtmHAdccRQ',
}

const TOKEN = `${PARTS.header}..${PARTS.iv}.${PARTS.ciphertext}.${PARTS.tag}`

const PLAINTEXT =
  'You can trust us to stick with you through thick and thin\u2013to the bitter end. And you can trust us to keep any ' +
  'secret of yours\u2013closer than you keep it yourself. But you cannot trust us to let you face trouble alone, and ' +
  'go off without a word. We are your friends, Frodo.'

describe('the token of RFC 7520, section 5.6', () => {
  it('is right as it stands here, for jose opens it with the key of that section', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(TOKEN, KEY)
    expect(protectedHeader).toEqual({ alg: 'dir', kid: KEY.kid, enc: 'A128GCM' })
    expect(Buffer.from(plaintext).toString()).toBe(PLAINTEXT)
  })

  it('comes apart into its five parts, and is the same when they are joined', () => {
    const jwe = splitCompact(TOKEN)
    expect(jwe).toEqual(PARTS)
    expect(joinCompact(PARTS)).toBe(TOKEN)
  })

  it('is in canonical base64url, each part of the length that it must have', () => {
    expect(decodeBase64url(PARTS.header)?.toString()).toBe(`{"alg":"dir","kid":"${KEY.kid}","enc":"A128GCM"}`)
    const lengths = [PARTS.iv, PARTS.ciphertext, PARTS.tag].map((part) => decodeBase64url(part)?.length)
    expect(lengths).toEqual([12, Buffer.byteLength(PLAINTEXT), 16])
  })

  it('is refused as malformed for its enc alone: A128GCM is none of ours', () => {
    expect(decodeHeader(PARTS.header)).toBeUndefined()
    expect(open(TOKEN, tokenKeys(), START, 4096)).toEqual({ rejected: 'malformed' })
    const header = Buffer.from(PARTS.header, 'base64url').toString().replace('A128GCM', 'A256GCM')
    expect(decodeHeader(base64url(header))).toEqual({ alg: 'dir', enc: 'A256GCM', kid: KEY.kid })
  })
})
