import { honoSession as sealer } from '../sealers/hono-session.js'
import type { Contender } from './contender.js'
import { partsOfJwe } from './jwe.js'
import { unlimited } from './sealer.js'

/** The name is not an option of it. */
const NAME = 'sid'

export const honoSession: Contender = unlimited(sealer, NAME, (value, json) => partsOfJwe(value, json, 'claims'))
