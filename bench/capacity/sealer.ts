import type { Sealer } from '../sealers/sealer.js'
import { type Contender, LIMIT, valueIn } from './contender.js'

/** A contender that sends whatever it has sealed, however large: the browser's limit is the only one. */
export function unlimited(sealer: Sealer, name: string, parts: Contender['parts']): Contender {
  return {
    contender: sealer.name,
    packages: sealer.packages,
    name,
    limit: LIMIT,
    write: async (data) => [`${name}=${await sealer.seal(data)}`],
    read: async (header) => sealer.open(valueIn(header)),
    parts,
  }
}
