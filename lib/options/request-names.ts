import { Readable } from 'node:stream'

/** What a request has beside what every stream has. By name, as importing `node:http` would load undici with it. */
const OF_REQUESTS = new Set([
  ...['socket', 'connection', 'client', 'httpVersion', 'httpVersionMajor', 'httpVersionMinor', 'complete', 'upgrade'],
  ...[
    'method',
    'url',
    'statusCode',
    'statusMessage',
    'headers',
    'headersDistinct',
    'rawHeaders',
    'joinDuplicateHeaders',
  ],
  ...['trailers', 'trailersDistinct', 'rawTrailers', 'aborted', 'signal', 'setTimeout', '_consuming', '_dumped'],
  ...['_addHeaderLines', '_addHeaderLine', '_addHeaderLineDistinct', '_dumpAndCloseReadable', '_dump'],
])

/** Whether every request has a property with this name, which a session would hide. */
export function isOfEveryRequest(property: string): boolean {
  return OF_REQUESTS.has(property) || property in new Readable()
}
