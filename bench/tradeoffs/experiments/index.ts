import type { Backend, RunningServer } from '../backend.js'
import { EXPERIMENTS, type Experiment, type ExperimentName } from '../outcome.js'
import { Scene, type Store } from './scene.js'
import { TRIALS } from './trials/index.js'

interface Contender {
  readonly backend: Backend
  /** Of its store. */
  readonly url?: string
  /** Where the store is ours to stop. */
  readonly server?: RunningServer
}

interface Order {
  readonly backends: readonly Contender[]
  readonly quick: boolean
}

const PEOPLE = { quick: 5, full: 20 }
const NAMES = Object.keys(EXPERIMENTS) as ExperimentName[]

/** Tries every experiment with every backend, one after the other. All processes that it starts have ended after it. */
export async function runExperiments(
  { backends, quick }: Order,
  progress: (line: string) => void,
): Promise<Experiment[]> {
  const experiments: Experiment[] = []
  for (const contender of backends) experiments.push(...(await tryAll(contender, quick, progress)))
  return experiments
}

async function tryAll(contender: Contender, quick: boolean, progress: (line: string) => void): Promise<Experiment[]> {
  const { backend } = contender
  const scene = new Scene(backend, storeOf(contender), quick ? PEOPLE.quick : PEOPLE.full)
  const experiments: Experiment[] = []
  try {
    for (const experiment of Object.keys(TRIALS) as ExperimentName[]) {
      const begin = performance.now()
      const finding = await tryOne(scene, experiment)
      const seconds = ((performance.now() - begin) / 1000).toFixed(1)
      progress(`${backend.name}: ${EXPERIMENTS[experiment]}: ${finding.verdict} (${seconds} s)`)
      experiments.push({ contender: backend.name, experiment, ...finding })
    }
  } finally {
    await scene.end()
  }
  return experiments.sort((a, b) => NAMES.indexOf(a.experiment) - NAMES.indexOf(b.experiment))
}

async function tryOne(scene: Scene, experiment: ExperimentName) {
  try {
    return await TRIALS[experiment](scene)
  } catch (cause) {
    throw new Error(`${scene.backend.name}: the experiment "${EXPERIMENTS[experiment]}" could not be tried`, { cause })
  }
}

function storeOf({ backend, url, server }: Contender): Store | undefined {
  if (!backend.server) return undefined
  if (url === undefined) throw new Error(`${backend.name} needs the address of its store`)
  return { url, server }
}
