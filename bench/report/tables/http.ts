import type { Recording } from '../../measure/recording.js'
import { contendersOf } from '../contenders.js'
import { blocks, picture, table } from '../markdown.js'
import { orAbsent, spread, times, whole } from '../numbers.js'
import { all, find, ratio, value, variants } from '../select.js'

const HEAD = ['', 'requests per second', 'over nothing', 'p50, ms', 'p99, ms', 'CPU, µs', 'bytes in', 'bytes out']

export function httpTables(recording: Recording): string {
  const versions = variants<number>(recording.measurements, 'express').sort((a, b) => b - a)
  return blocks(
    picture('HTTP requests per second with Express 5, by what they do with their session', 'http'),
    ...versions.flatMap((express) =>
      variants(all(recording, { express }), 'step').flatMap((step) => [
        `Express ${express}, \`${step}\`:`,
        tableOf(recording, express, step),
      ]),
    ),
  )
}

function tableOf(recording: Recording, express: number, step: string): string {
  const requests = (contender: string) => value(recording, { contender, express, step, metric: 'requests' })
  const rows = contendersOf(all(recording, { express, step })).map((contender) => {
    const one = (metric: string) => find(recording, { contender, express, step, metric })
    return [
      contender,
      spread(one('requests'), whole),
      orAbsent(ratio(requests(contender), requests('nothing')), times),
      ...['p50', 'p99', 'cpu'].map((metric) => spread(one(metric))),
      ...['bytesIn', 'bytesOut'].map((metric) =>
        orAbsent(value(recording, { contender, express, step, metric }), whole),
      ),
    ]
  })
  return table(HEAD, rows)
}
