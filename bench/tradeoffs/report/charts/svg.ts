import * as echarts from 'echarts'

export type Option = Readonly<Record<string, unknown>>

export interface Drawing {
  /** Begins every id in it, as all drawings of a page share one space of names. */
  readonly id: string
  readonly width: number
  readonly height: number
  readonly title: string
  /** What the picture shows, with its figures, for those who cannot see it. */
  readonly description: string
}

/** Colours are the page's own, so that one drawing is readable on a light page, on a dark one and in print. */
export const INK = 'var(--ink)'
export const QUIET = 'var(--quiet)'
export const LINE = 'var(--line)'

/** A drawing that stands in a page: no card, no title on it, its fonts and colours those of the page. */
export function draw(drawing: Drawing, option: Option): string {
  const { width, height } = drawing
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit', color: INK }, ...option })
  const drawn: string = chart.renderToSVGString()
  chart.dispose()
  return described(ownIds(plain(drawn), drawing.id), drawing)
}

/** Without what ECharts numbers through the whole process, most of which is for a pointer that never comes. */
function plain(drawn: string): string {
  return drawn
    .replace(/<style >.*?<\/style>\n?/gs, '')
    .replace(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
    .replace(/(?<=style="[^"]*);?font-family:inherit;?/g, ';')
    .replace(/ style=";*"/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>\n?/g, '')
}

function ownIds(drawn: string, prefix: string): string {
  const ids = [...new Set(drawn.match(/zr\d+-[a-z]\d+/g) ?? [])]
  return ids.reduce((svg, id, at) => svg.replaceAll(new RegExp(`${id}(?!\\d)`, 'g'), `${prefix}-${at}`), drawn)
}

function described(drawn: string, { id, width, height, title, description }: Drawing): string {
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-size="12" role="img" ` +
    `aria-labelledby="${id}-title" aria-describedby="${id}-desc">` +
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`
  return drawn.trim().replace(/^<svg [^>]*>/, head)
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
