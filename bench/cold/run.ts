/**
 * What a session costs where processes start all the time, as on serverless platforms: until its module is imported,
 * and until the first response is complete. Every sample is a process of its own.
 */
import { Series } from '../http/series.js'
import { printTable } from '../http/table.js'
import { record, versionsOf } from '../measure/recording.js'
import { timeFirstResponse } from './first-response.js'
import { filesOf, timeImport } from './importing.js'
import { checkBuilt, MODULES, STARTING } from './modules.js'
import { planFrom } from './plan.js'
import { checkWithoutJose } from './without-jose.js'

const { rounds, before } = planFrom(process.argv.slice(2))
const BEFORE = 'sealed-session before'
const modules = new Map([...MODULES, ...(before === undefined ? [] : [[BEFORE, before] as const])])
checkBuilt()
await checkWithoutJose()

/** The first one fills the caches of the disk. */
await round(new Series())
const series = new Series()
for (let number = 1; number <= rounds; number++) {
  console.error(`round ${number} of ${rounds}`)
  await round(series)
}
for (const [contender, module] of modules) {
  series.add({ contender, metric: 'files', unit: 'files' }, (await filesOf(module)).length)
}

const { measurements } = series
console.log(`Node ${process.version} ${process.platform}-${process.arch}, ${rounds} rounds: median (quartiles)`)
const isResponse = ({ metric }: { metric: string }) => metric === 'firstResponse'
printTable(
  'Import',
  measurements.filter((one) => !isResponse(one)),
)
for (const first of ['sign-in', 'read']) {
  printTable(
    `First response: ${first}`,
    measurements.filter((one) => isResponse(one) && one['step'] === first),
  )
}
record({
  benchmark: 'cold',
  versions: versionsOf('express', ...[...MODULES.keys()].filter(isPackage).map(packageOf)),
  method: { rounds },
  measurements,
})

async function round(series: Series): Promise<void> {
  for (const [contender, module] of modules) {
    const alone = await timeImport(module, [])
    series.add({ contender, metric: 'import', unit: 'ms' }, alone.ms)
    series.add({ contender, metric: 'process', unit: 'ms' }, alone.process)
    const beside = await timeImport(module, ['express'])
    series.add({ contender, metric: 'importBesideExpress', unit: 'ms' }, beside.ms)
  }
  for (const [contender, module] of modules) {
    const name = contender === BEFORE ? 'sealed-session' : STARTING.find((one) => one === contender)
    if (name === undefined) continue
    const { ms, cookie } = await timeFirstResponse(name, module, 'sign-in')
    series.add({ contender, step: 'sign-in', metric: 'firstResponse', unit: 'ms' }, ms)
    // What express-session remembers ends with its process.
    if (contender === 'express-session') continue
    const read = await timeFirstResponse(name, module, 'read', cookie)
    series.add({ contender, step: 'read', metric: 'firstResponse', unit: 'ms' }, read.ms)
  }
}

function isPackage(name: string): boolean {
  return name !== 'nothing' && name !== 'sealed-session'
}

/** `@auth/core/jwt` -> `@auth/core` */
function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
}
