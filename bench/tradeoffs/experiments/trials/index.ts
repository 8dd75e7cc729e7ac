import type { ExperimentName } from '../../outcome.js'
import type { Trial } from '../finding.js'
import { appRestart } from './app-restart.js'
import { instanceKilled } from './instance-killed.js'
import { largeSession } from './large-session.js'
import { lateResponse } from './late-response.js'
import { logOutEverywhere } from './log-out-everywhere.js'
import { oneField } from './one-field.js'
import { pageOfTen } from './page-of-ten.js'
import { parallelWrites } from './parallel-writes.js'
import { rollingDeploy } from './rolling-deploy.js'
import { stolenCookie } from './stolen-cookie.js'
import { storeDown } from './store-down.js'
import { storeRestart } from './store-restart.js'
import { storeSlow } from './store-slow.js'

/** In the order in which they are tried: those that hurt the store come last, as the shared instance has it, too. */
export const TRIALS: Readonly<Record<ExperimentName, Trial>> = {
  'parallel-writes': parallelWrites,
  'late-response': lateResponse,
  'stolen-cookie': stolenCookie,
  'log-out-everywhere': logOutEverywhere,
  'session-of-3-kb': largeSession(3 * 1024),
  'session-of-10-kb': largeSession(10 * 1024),
  'one-field-of-2.5-kb': oneField,
  'page-of-ten': pageOfTen,
  'app-restart': appRestart,
  'instance-killed': instanceKilled,
  'rolling-deploy': rollingDeploy,
  'store-slow': storeSlow,
  'store-restart': storeRestart,
  'store-down': storeDown,
}
