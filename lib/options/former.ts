import { checkName } from '../checks.js'
import { type CookieSettings, cookieSettings, isSameCookie } from '../cookie/attributes.js'
import { invalid, SessionError } from '../errors.js'
import type { TokenKeys } from '../token/key.js'
import type { SessionReader } from '../types.js'
import { own } from '../values.js'
import { attributesFrom, type CookieOptions } from './cookie-options.js'

/** The keys of one base name. */
export interface CookieKeys {
  readonly keys: TokenKeys
  /** The keys of the logout guard; undefined without one. */
  readonly guardKeys: TokenKeys | undefined
  /** The keys of the companion. */
  readonly activityKeys: TokenKeys
}

/** What was different before. What is left out was as it is now, in `name` and `cookie`. */
export interface SealedSessionOptions extends Omit<CookieOptions, 'maxAge' | 'priority' | 'domain'> {
  /** The cookie's base name. */
  name?: string | undefined
  /** Its domain; null if it had none. */
  domain?: string | null | undefined
}

/** A former scope, its base name, and the keys of that. */
export interface Former {
  readonly scope: SealedSessionOptions
  readonly name: string
  readonly keys: CookieKeys
}

/** Our cookie, and as what it was sent before. */
export interface ScopedSettings extends CookieSettings {
  readonly former: readonly FormerSettings[]
  /** Whether the attributes depend on the request. */
  readonly varies: boolean
}

export interface FormerSettings extends CookieSettings {
  readonly keys: CookieKeys
}

/** The former scope that a reader of `sealedSession` stands for; undefined for the readers of other packages. */
export function formerScopeOf(reader: SessionReader): SealedSessionOptions | undefined {
  const { former } = own(reader as SessionReader & { readonly former?: SealedSessionOptions })
  return former && own(former)
}

/**
 * Makes settings of attributes for our cookie, and for each scope that it had before.
 *
 * @param varies whether the attributes depend on the request. A former scope may then be that of today
 */
export function scopedSettings(
  name: string,
  formers: readonly Former[],
  varies: boolean,
): (attributes: CookieOptions) => ScopedSettings {
  return (attributes) => {
    const today = cookieSettings(name, attributesFrom(attributes))
    const former = formers.map((one) => ({ ...formerSettings(one, attributes), keys: one.keys }))
    const isSame = ({ overHttps, overHttp }: CookieSettings) =>
      isSameCookie(overHttps, today.overHttps) && isSameCookie(overHttp, today.overHttp)
    if (varies || !former.some(isSame)) return { ...today, former, varies }
    throw invalid('sealedSession: it describes the cookie as it is now: set what was different before')
  }
}

/** @throws {SessionError} `ERR_SESSION_OPTIONS` for what no cookie of ours could have been */
function formerSettings({ name, scope }: Former, attributes: CookieOptions): CookieSettings {
  const { name: _, ...given } = scope
  const changed = Object.entries(given).filter(([, value]) => value !== undefined)
  const { domain, ...others } = own<SealedSessionOptions>({ ...attributes, ...Object.fromEntries(changed) })
  try {
    checkName(name)
    return cookieSettings(name, attributesFrom({ ...others, domain: domain ?? undefined }))
  } catch (error) {
    throw error instanceof SessionError ? invalid(`sealedSession: ${error.message}`) : error
  }
}
