import { pathOf } from './servers.js'

/** Runs once, before everything: says what to install, rather than let test after test fail. */
export default function checkRequirements(): void {
  const missing = ['nginx', 'haproxy', 'openssl', 'redis-server'].filter((program) => pathOf(program) === undefined)
  if (missing.length > 0) {
    throw new Error(`these tests need ${missing.join(' and ')}: apt-get install ${missing.join(' ')}`)
  }
  if (pathOf('varnishd') === undefined) {
    console.warn('varnishd is missing, so the tests of Varnish are skipped: apt-get install varnish')
  }
}
