import type { Measurement } from '../../measure/recording.js'
import { costOf, isRejection } from '../cost.js'
import { micros } from '../numbers.js'
import type { Recordings } from '../recordings.js'
import { all, ratio, variants } from '../select.js'
import { atLeast, atMost, exactEnough, type Line, OURS, type Promised } from './promise.js'

export function requestOverTheFloor(recordings: Recordings, step: string): Promised {
  return {
    promise: `CPU of a request that ${step}s, over the floor`,
    ...atMost(1.4),
    lines: requestRatios(recordings, step, OURS, 'floor'),
  }
}

export function besideCookieSession(recordings: Recordings, step: string, target: number): Promised {
  return {
    promise: `CPU of a request that ${step}s: cookie-session's over ours`,
    ...atLeast(target),
    lines: requestRatios(recordings, step, 'cookie-session', OURS),
  }
}

/** Both ways of looking at it, as what a request costs anyway makes every ratio smaller. */
function requestRatios({ middleware }: Recordings, step: string, contender: string, over: string): Line[] {
  const ratios = (part: 'request' | 'added'): Line['figures'] =>
    shapesOf(all(middleware, { contender: OURS, step })).map((shape) => {
      const [one, other] = [contender, over].map((name) => costOf(middleware, name, { step, shape })[part])
      return [shape ?? '', ratio(one, other)]
    })
  return [
    { label: 'middleware', figures: ratios('added') },
    { label: 'whole request', figures: ratios('request') },
  ]
}

export function untouched({ middleware }: Recordings): Promised {
  const step = 'untouched'
  const figures = shapesOf(all(middleware, { contender: OURS, step })).map(
    (shape) => [shape ?? '', costOf(middleware, OURS, { step, shape }).added] as const,
  )
  const meets = (value: number) => value < 2
  return {
    promise: 'CPU that a request costs more if it does not touch its session',
    target: `below ${micros(2)}`,
    meets,
    print: exactEnough(meets, ' µs'),
    lines: [{ label: '', figures }],
  }
}

export function rejected({ middleware }: Recordings): Promised {
  const rejections = all(middleware, { contender: OURS, metric: 'cpu' }).filter((one) =>
    isRejection(String(one['step'])),
  )
  const line = (shape: string | undefined): Line => ({
    label: shape ?? '',
    figures: variants(rejections, 'step').map((step) => {
      const [cost, accepted] = [step, 'read'].map((step) => costOf(middleware, OURS, { step, shape }).request)
      return [step.replace('rejected: ', ''), ratio(cost, accepted)]
    }),
  })
  return {
    promise: 'CPU of a request with a cookie that is rejected, over one that is read',
    ...atMost(1),
    lines: shapesOf(rejections).map(line),
  }
}

/** One that is unnamed, if the step was measured with one only. */
function shapesOf(measured: readonly Measurement[]): (string | undefined)[] {
  const shapes = variants(measured, 'shape')
  return shapes.length === 0 ? [undefined] : shapes
}
