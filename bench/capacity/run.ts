/**
 * How much one cookie holds: the most bytes of session JSON that come back, for us and for others, and what each puts
 * beside them. Found by writing and reading sessions, not by arithmetic.
 */
import '../measure/options.js'
import assert from 'node:assert/strict'
import { finish, type Measurement, versionsOf } from '../measure/recording.js'
import { median } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { base64Length, CONTENDERS, type Contender, LIMIT, valueIn } from './contenders.js'

/** Bytes of JSON that every contender holds, and that none does. */
const RANGE = [256, LIMIT] as const
/** Of one contender, the length of the token is not the same twice. */
const TIMES = 25

const measurements: Measurement[] = []
for (const contender of CONTENDERS) {
  const samples: number[] = []
  for (let time = 0; time < TIMES; time++) samples.push(await largest(contender))
  const capacity = Math.round(median(samples))
  const exact = samples.every((sample) => sample === capacity)
  measurements.push({
    contender: contender.contender,
    metric: 'capacity',
    unit: 'bytes',
    samples: exact ? [capacity] : samples,
    name: contender.name,
    ...(contender.limit === undefined ? {} : { limit: contender.limit }),
    beside: await beside(contender, capacity),
  })
}
finish('The largest session that fits into the cookie', {
  benchmark: 'capacity',
  versions: versionsOf(...CONTENDERS.flatMap(({ packages }) => packages)),
  method: { bisections: TIMES, data: 'ASCII' },
  measurements,
})

/** The largest session that the contender holds, by bisection. */
async function largest(contender: Contender): Promise<number> {
  let [held, refused]: [number, number] = [...RANGE]
  assert(await holds(contender, held), `${contender.contender} holds less than ${held} bytes`)
  assert(!(await holds(contender, refused)), `${contender.contender} holds ${refused} bytes`)
  while (refused - held > 1) {
    const middle = Math.floor((held + refused) / 2)
    if (await holds(contender, middle)) held = middle
    else refused = middle
  }
  return held
}

/** Whether a session of so many bytes fits into one cookie. If it does, it must come back. */
async function holds(contender: Contender, size: number): Promise<boolean> {
  const data = sessionData('nested', size)
  const lines = await contender.write(data)
  if (lines === undefined || sizeOf(contender, lines) > (contender.limit ?? LIMIT)) return false
  const header = lines.map((line) => line.split(';')[0]).join('; ')
  assert.deepEqual(await contender.read(header), data, `${contender.contender} gives another session back`)
  return true
}

/** What the contender counts of a cookie. */
function sizeOf({ name, countsAttributes }: Contender, [line = '']: readonly string[]): number {
  assert(line.startsWith(`${name}=`), `${name} was not set`)
  return countsAttributes ? line.length : name.length + valueIn(line).length
}

/** What there is beside the session, in characters. With the session in base64, it makes up the whole value. */
async function beside(contender: Contender, size: number): Promise<string> {
  const lines = await contender.write(sessionData('nested', size))
  assert(lines !== undefined, `${contender.contender} does not write ${size} bytes`)
  const [line = '', ...others] = lines
  const value = valueIn(line)
  const parts = Object.entries(contender.parts(value, size)).filter(([, length]) => length > 0)
  const counted = parts.reduce((sum, [, length]) => sum + length, base64Length(size))
  assert.equal(counted, value.length, `the parts of ${contender.contender} are not all counted`)
  const texts = parts.map(([part, length]) => `${part} ${length}`)
  if (contender.countsAttributes) texts.push(`attributes ${line.length - `${contender.name}=${value}`.length}`)
  for (const other of others) texts.push(`another cookie ${other.split(';')[0]?.length ?? 0}`)
  return `${texts.join(', ')} characters`
}
