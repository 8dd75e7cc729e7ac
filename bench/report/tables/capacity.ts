import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { list } from '../markdown.js'
import { ABSENT, spread, whole } from '../numbers.js'
import { all } from '../select.js'

export function capacityTable(recording: Recording): string {
  const rows = contendersOf(recording.measurements).flatMap((contender) =>
    all(recording, { contender, metric: 'capacity' }).map((one) => [
      contender,
      `\`${one['name']}\``,
      one['limit'] === undefined ? 'its own' : whole(Number(one['limit'])),
      spread(one, whole),
      one['beside'] === undefined ? ABSENT : String(one['beside']),
    ]),
  )
  return list(['', 'name of the cookie', 'limit, bytes', 'largest session, bytes of JSON', 'beside it'], rows)
}
