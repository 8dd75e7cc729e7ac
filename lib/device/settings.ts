import type { DeviceKeys } from './tokens.js'

/** The option `deviceBound` as the middleware uses it. */
export interface DeviceSettings extends DeviceKeys {
  /** Seconds. */
  readonly proofTimeout: number
  /** Seconds after its beginning that a session may go on unbound; Infinity: as long as any. */
  readonly unboundTimeout: number
  /** Hosts of the same site whose pages may cause a refresh. */
  readonly initiators: readonly string[]
  /** Whether a session is rejected that is not proved. */
  readonly enforce: boolean
  /** The path that browsers are told; undefined: below the mount. */
  readonly path: string | undefined
}
