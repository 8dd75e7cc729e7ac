/**
 * How long the way through the code is: what a request calls, counted by V8, beside cookie-session. It is counted on lib
 * as it is written, file by file, which the bundle is not. With `--list`, the functions that were called, and how often.
 */
import { Session } from 'node:inspector/promises'
import { parseArgs } from 'node:util'
import { contenders, exchange, read, signedIn, untouched, write } from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { sessionData } from '../measure/session-data.js'

process.env['NODE_ENV'] = 'production'
const { list: isListing } = parseArgs({ options: { list: { type: 'boolean' } } }).values
const all = contenders([SECRET])
const inspector = new Session()
inspector.connect()
await inspector.post('Profiler.enable')
await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
for (const [name, folder] of [
  ['sealed-session', '/bench/.build/lib/'],
  ['cookie-session', '/node_modules/'],
] as const) {
  for (const shape of ['flat', 'nested'] as const) {
    const cookie = await signedIn(all[name], sessionData(shape, 1024))
    for (const [step, handler] of Object.entries({ untouched, read, write })) {
      // The first request of a kind makes what later ones find.
      for (let warm = 0; warm < 3; warm += 1) await exchange(all[name], handler, cookie)
      await inspector.post('Profiler.takePreciseCoverage')
      await exchange(all[name], handler, cookie)
      const called = await calledIn(folder)
      const calls = called.reduce((sum, { count }) => sum + count, 0)
      const files = new Set(called.map(({ file }) => file)).size
      console.log(`${name}, ${shape}, ${step}: ${calls} calls of ${called.length} functions in ${files} files`)
      if (isListing) for (const each of called) console.log(`  ${each.count} ${each.functionName} ${each.file}`)
    }
  }
}

/** Functions of files below a folder, since the last look. */
async function calledIn(folder: string) {
  const { result } = await inspector.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => url.includes(folder))
    .flatMap(({ url, functions }) =>
      functions.map(({ functionName, ranges: [range] }) => ({
        file: url.slice(url.lastIndexOf('/', url.lastIndexOf('/') - 1) + 1),
        functionName,
        count: range?.count ?? 0,
      })),
    )
    .filter(({ count }) => count > 0)
}
