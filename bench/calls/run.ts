/**
 * How long the way through the code is: what a request calls, counted by V8, beside cookie-session. It is counted on lib
 * as it is written, file by file, which the bundle is not. With `--list`, the functions that were called, and how often.
 */
import { execFileSync } from 'node:child_process'
import { Session } from 'node:inspector/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { exchange, type Handler, type Serve, served, signedIn } from '../contenders/exchange.js'
import { SECRET } from '../contenders/settings.js'
import { sessionData } from '../measure/session-data.js'

process.env['NODE_ENV'] = 'production'
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const compiled = join(root, 'bench/.build/plain')
const keys = [SECRET]

const isListing = process.argv.includes('--list')
const HANDLERS: Readonly<Record<string, Handler>> = {
  untouched: () => {},
  read: ({ session }) => session?.['csrf'],
  write: ({ session }) => {
    if (session) session['views'] = (session['views'] as number) + 1
  },
}

const contenders = { 'sealed-session': await ours(), 'cookie-session': cookieSession() }
const inspector = new Session()
inspector.connect()
await inspector.post('Profiler.enable')
await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
for (const [name, [serve, isTheirs]] of Object.entries(contenders)) {
  for (const shape of ['flat', 'nested'] as const) {
    const cookie = await signedIn(serve, sessionData(shape, 1024))
    for (const [step, handler] of Object.entries(HANDLERS)) {
      // The first request of a kind makes what later ones find.
      for (let warm = 0; warm < 3; warm += 1) await exchange(serve, handler, cookie)
      await inspector.post('Profiler.takePreciseCoverage')
      await exchange(serve, handler, cookie)
      const { calls, called, files } = await counted(isTheirs)
      console.log(`${name}, ${shape}, ${step}: ${calls} calls of ${called.length} functions in ${files} files`)
      if (isListing) for (const each of called) console.log(`  ${each.count} ${each.functionName} ${each.file}`)
    }
  }
}
await inspector.post('Profiler.stopPreciseCoverage')

async function ours(): Promise<[Serve, (url: string) => boolean]> {
  const options = ['--noEmit', 'false', '--declaration', 'false', '--isolatedDeclarations', 'false']
  execFileSync('npx', ['tsc', '-p', 'lib', ...options, '--outDir', compiled], { cwd: root, stdio: 'inherit' })
  const { session } = await import(pathToFileURL(join(compiled, 'index.js')).href)
  return [served(session({ keys, cookie: { secure: false } })), (url) => url.includes('/bench/.build/plain/')]
}

function cookieSession(): [Serve, (url: string) => boolean] {
  const session = createRequire(join(root, 'bench/package.json'))('cookie-session')
  return [served(session({ keys, secure: false })), (url) => url.includes('/node_modules/')]
}

/** Since the last look. */
async function counted(isTheirs: (url: string) => boolean) {
  const { result } = await inspector.post('Profiler.takePreciseCoverage')
  const called = result
    .filter(({ url }) => isTheirs(url))
    .flatMap(({ url, functions }) =>
      functions.map(({ functionName, ranges: [range] }) => ({
        file: url.slice(url.lastIndexOf('/', url.lastIndexOf('/') - 1) + 1),
        functionName,
        count: range?.count ?? 0,
      })),
    )
    .filter(({ count }) => count > 0)
  return {
    calls: called.reduce((sum, { count }) => sum + count, 0),
    called,
    files: new Set(called.map(({ file }) => file)).size,
  }
}
