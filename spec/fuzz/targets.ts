import { claims } from './claims.js'
import { companion } from './companion.js'
import { data } from './data.js'
import { guard } from './guard.js'
import { header } from './header.js'
import { migrate } from './migrate.js'
import { optionsOf } from './options.js'
import type { Target } from './target.js'
import { token } from './token.js'

/** Everything that takes input of somebody else's. */
export const TARGETS: readonly Target[] = [header, token, claims, guard, companion, data, migrate, optionsOf]
