import type { BackendName } from '../../backend.js'

/** How an instance of the app is to be. What is left out is as the backend has it. */
export interface Settings {
  readonly backend: BackendName
  /** Of the store. */
  readonly url?: string
  /** Secrets, the one that signs or seals first. */
  readonly keys?: readonly string[]
  /** For express-session only: a cookie that ends with the browser, as is its default. */
  readonly withoutMaxAge?: boolean
  /** For sealed-session only. */
  readonly logoutGuard?: boolean
  /** For sealed-session only: with a list of ended sessions and a `notBefore` of each user, in the app's memory. */
  readonly validate?: boolean
}
