import { cbcHs512 } from './cbc-hs512.js'
import type { ContentEncryption, Enc } from './content.js'
import { gcm } from './gcm.js'

/** The content encryptions by their names in the header. */
export const ENCRYPTIONS: Readonly<Record<Enc, ContentEncryption>> = { A256GCM: gcm, 'A256CBC-HS512': cbcHs512 }
