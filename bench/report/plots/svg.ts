import * as echarts from 'echarts'

export type Option = Readonly<Record<string, unknown>>

interface Size {
  readonly width: number
  readonly height: number
}

export const INK = '#24292f'
export const CARD = '#ffffff'
export const FAINT = '#e6eaef'
const FONT = 'system-ui, -apple-system, Helvetica, Arial, sans-serif'

/** A picture on a card of its own, so that it can be read on a light page and on a dark one. */
export function svg({ width, height }: Size, title: string, unit: string, option: Option): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    graphic: { type: 'rect', z: -10, silent: true, ...card({ width, height }) },
    title: heading(title, unit),
    ...option,
  })
  const drawn: string = chart.renderToSVGString()
  chart.dispose()
  return titled(reproducible(drawn), title)
}

/** Title and unit, in the same place on every picture. */
function heading(text: string, subtext: string): Option {
  return {
    text,
    subtext,
    left: 20,
    top: 14,
    itemGap: 6,
    textStyle: { fontSize: 16, fontWeight: 600, color: INK },
    subtextStyle: { fontSize: 12, color: '#57606a' },
  }
}

function card({ width, height }: Size): Option {
  return {
    shape: { x: 0.5, y: 0.5, width: width - 1, height: height - 1, r: 8 },
    style: { fill: CARD, stroke: '#d0d7de', lineWidth: 1 },
  }
}

/** For those who cannot see it. */
function titled(drawn: string, title: string): string {
  return drawn.replace('>', `>\n<title>${title}</title>`)
}

/** Without what ECharts numbers through the whole process, most of which is for a pointer that an image never sees. */
function reproducible(drawn: string): string {
  const still = drawn
    .replace(/<style >.*?<\/style>\n?/gs, '')
    .replace(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
  const ids = [...new Set(still.match(/zr\d+-[a-z]\d+/g) ?? [])]
  const renumbered = ids.reduce((svg, id, at) => svg.replaceAll(new RegExp(`${id}(?!\\d)`, 'g'), `clip-${at}`), still)
  return `${renumbered.trim()}\n`
}
