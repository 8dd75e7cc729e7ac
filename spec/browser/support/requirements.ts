import { pathOf } from '../../system/support/servers.js'

/** What has to be installed, by Debian's names. */
const NEEDED = { chromium: 'chromium', 'firefox-esr': 'firefox-esr', openssl: 'openssl', certutil: 'libnss3-tools' }

/** Runs once, before everything: says what to install, rather than let test after test fail. */
export default function checkRequirements(): void {
  const missing = Object.entries(NEEDED).filter(([program]) => pathOf(program) === undefined)
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name).join(' ')
  throw new Error(`these tests need ${missing.map(([program]) => program).join(', ')}: apt-get install ${packages}`)
}
