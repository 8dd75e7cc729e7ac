import type { Participant } from '../measure.js'
import { EXPERIMENTS, type Experiment, type ExperimentName } from '../outcome.js'
import { appRestart, instanceKilled, rollingDeploy, storeDown, storeRestart, storeSlow } from './outages.js'
import {
  largeSession,
  lateResponse,
  logOutEverywhere,
  oneField,
  pageOfTen,
  parallelWrites,
  stolenCookie,
} from './requests.js'
import { Scene, type Trial } from './scene.js'

/** In the order in which they are tried: those that hurt the store come last, as the shared instance has it, too. */
const TRIALS: Readonly<Record<ExperimentName, Trial>> = {
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

const PEOPLE = { quick: 5, full: 20 }

/** Tries every experiment with every backend, one after the other. All processes that it starts have ended after it. */
export async function runExperiments(
  participants: readonly Participant[],
  quick: boolean,
  say: (line: string) => void,
): Promise<Experiment[]> {
  const experiments: Experiment[] = []
  for (const participant of participants) {
    const scene = new Scene(participant, quick ? PEOPLE.quick : PEOPLE.full)
    try {
      for (const [experiment, trial] of Object.entries(TRIALS) as [ExperimentName, Trial][]) {
        const finding = await trial(scene).catch((cause) => {
          throw new Error(`${scene.backend}: "${EXPERIMENTS[experiment]}" could not be tried`, { cause })
        })
        say(`${scene.backend}: ${EXPERIMENTS[experiment]}: ${finding.verdict}`)
        experiments.push({ contender: scene.backend, experiment, ...finding })
      }
    } finally {
      await scene.end()
    }
  }
  return experiments
}
