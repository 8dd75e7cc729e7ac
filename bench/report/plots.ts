import { GROWTHS } from './growths.js'
import { growthPlot } from './plots/growth.js'
import { httpPlot } from './plots/http.js'
import { middlewarePlot } from './plots/middleware.js'
import { sealOpenPlot } from './plots/seal-open.js'
import type { Recordings } from './recordings.js'

/** Every picture of what was recorded, as SVG by its name. */
export function plots({ 'seal-open': sealOpen, middleware, http, growth }: Recordings): ReadonlyMap<string, string> {
  const drawn: [name: string, svg: string | undefined][] = [
    ['seal-open', sealOpen && sealOpenPlot(sealOpen)],
    ['middleware', middleware && middlewarePlot(middleware)],
    ['http', http && httpPlot(http)],
    ...GROWTHS.map((one): [string, string | undefined] => [`growth-${one.by}`, growth && growthPlot(growth, one)]),
  ]
  return new Map(drawn.filter((one): one is [string, string] => one[1] !== undefined))
}
