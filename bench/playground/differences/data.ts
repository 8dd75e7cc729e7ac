import type { Account, Compared } from './compared.js'
import { listed } from './words.js'

/** What was lost, and what was gained, where it was not the same. */
export function data({ ours, theirs, about: { kind, fields = [] } }: Compared): string[] {
  if (kind === 'race') return [lost('With sealed-session', ours, fields), lost('With express-session', theirs, fields)]
  const [here, there] = [gone(ours), gone(theirs)]
  if (listed(here) === listed(there)) return []
  if (kind === 'restart')
    return [`With sealed-session ${kept(here)}. With express-session ${kept(there)}: it ended with the process.`]
  return [`With sealed-session ${kept(here)}. With express-session ${kept(there)}.`]
}

function kept(keys: readonly string[]): string {
  return keys.length === 0 ? 'nothing was lost' : `${listed(keys)} ${keys.length === 1 ? 'is' : 'are'} gone`
}

/** Keys that were there before, and are not after. */
function gone({ before, after }: Account): string[] {
  return Object.keys(before.data).filter((key) => !Object.hasOwn(after.data, key))
}

function lost(where: string, { after }: Account, fields: readonly string[]): string {
  const missing = fields.filter((field) => !Object.hasOwn(after.data, field))
  if (missing.length === 0)
    return `${where} nothing was lost: ${listed(fields)} ${fields.length === 1 ? 'is' : 'are'} kept.`
  return `${where} ${listed(missing)} was lost: the last writer did not know of it.`
}
