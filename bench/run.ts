/** Takes all figures again, one benchmark after the other so that none disturbs another, and makes the report of them. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import './measure/options.js'

const quick = process.argv.includes('--quick')

for (const benchmark of ['micro', 'http', 'cold', 'capacity', 'growth']) {
  console.log(`\n=== bench:${benchmark}`)
  run(benchmark, quick ? '--quick' : '--record')
}
if (quick) {
  run('calls')
  run('calls', '--quick', 'profile')
} else run('report')

function run(benchmark: string, flag?: string, part = 'run'): void {
  const script = fileURLToPath(new URL(`${benchmark}/${part}.js`, import.meta.url))
  const { status } = spawnSync(process.execPath, [script, ...(flag ? [flag] : [])], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
