import { hash } from 'node:crypto'
import { decoded } from './encoded.js'

/**
 * Good keys that anyone can look up, by the beginning of the SHA-256 of their bytes. Whoever adds a key to the
 * documentation adds it here.
 */
export const PUBLISHED: ReadonlySet<string> = new Set(
  [
    // spec/format.md: the root of the worked example, and the key derived from it.
    'KMsbr-Om UFMNABVL',
    // spec/vectors: roots, and keys derived from them.
    'xE2nDDnv Cg7GMBNt dbV5Q7RH aylstdX_ _nD2rrt5 kedIhnA3 rn4jeORk _VWfZW5Y ELuYsu_C 4mmaccwO aBJoAgYt znJhzO7_',
    '97EGNRJs qtPzdpct TjxT2om1 hHOS6WeC XJLsjrvS XDyZ64kY rXssS_lK 3QcvErw6 _MbrRqF1 5teSeYuX Dtd6t5gL -SlQ3RG4',
    'KsPLCIbC DVg5dCzq PvVW4ACv 3sGFKp-I tPru-y-W YqxIT431 Iih1N4Wl _dLZr46B 7g7HyeVX z4IkY1zU fxOzOMDE iSpEGUYn',
    'h3kqP0Wz d3Lz-7-L qUHmVrg6 mN_9KN2y N_ohNwqF hQw16jvJ jdJiNXlK IJFsisp7 E-Oj4G4- eilPYfy5 h2qP9aks yvj6XxgT',
    // RFC 7515, appendix A.1 (and RFC 7517, A.3); RFC 7520, sections 3.5 and 3.6.
    'yOzJNhoF c-x0RYBZ LNbxAFbQ',
    // AES-256 of NIST SP 800-38A; the documentation of Flask, FastAPI and Fernet.
    'uTxyt0vI paqXb-CT TQ-N7EUV y-s2Lx-m',
    // MD5 and SHA-256 of nothing and of "password"; the UUIDs of examples.
    'MtKuA7i2 Xfbg4nYT qU_W9knX c2Qcmfdx mGwNyVbc o6nh7Zcy',
  ].flatMap((prefixes) => prefixes.split(' ')),
)

/** Whether a secret is one of them, as bytes or as text in hex or base64, whichever of the two its source has. */
export function isPublished(secret: Uint8Array): boolean {
  const asText = Buffer.from(Buffer.from(secret).toString('base64url'))
  return [secret, asText, ...decoded(secret)].some((bytes) => PUBLISHED.has(fingerprint(bytes)))
}

function fingerprint(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 8)
}
