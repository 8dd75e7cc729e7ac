import type { Series } from '../../http/series.js'
import type { Participant } from '../participant.js'
import { USUAL_SIZE } from '../sizes.js'
import { signIn } from './agreement.js'
import { Instance } from './instance.js'

/** From the start of a process, which connects to its store before it listens, to its first answer: to a sign-in. */
export async function measureFirstAnswer(who: Participant, series: Series): Promise<void> {
  const begin = performance.now()
  const instance = await Instance.start(who)
  try {
    await signIn(instance.url, USUAL_SIZE)
    series.add({ contender: who.backend.name, metric: 'firstAnswer', unit: 'ms' }, performance.now() - begin)
  } finally {
    await instance.stop()
  }
}
