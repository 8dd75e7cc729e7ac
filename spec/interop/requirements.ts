import { LIBRARIES } from './libraries.js'

/** Runs once, before everything: says what to install. What is not there must not look as if it had been tested. */
export default function checkRequirements(): void {
  const missing = LIBRARIES.filter((library) => !library.isInstalled())
  if (missing.length === 0) return
  const names = missing.map(({ name }) => name).join(' and ')
  throw new Error(`these tests need ${names}: apt-get install ${missing.flatMap(({ packages }) => packages).join(' ')}`)
}
