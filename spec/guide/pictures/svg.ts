/** What a shape or an arrow says by its colour, beside its words. */
export type Tone = 'plain' | 'blue' | 'green' | 'red' | 'amber'

interface Words {
  /** Classes of the style sheet: `h` a heading, `b` bold, `s` small, `m` muted, `c` centred on x, `e` ending there. */
  readonly look?: string
  /** Where lines break, in units. Default: nowhere. */
  readonly within?: number
}

interface Box {
  readonly title?: string
  /** Paragraphs. An empty one is a gap. */
  readonly lines?: readonly string[]
  readonly tone?: Tone
  /** Default: what the words need. */
  readonly height?: number
  /** Words in the middle, where lines break as given. Default: at the upper left, broken to fit. */
  readonly centred?: boolean
}

interface Arrow {
  readonly tone?: Tone
  readonly head?: boolean
}

/** About as wide as a page on a telephone, in units. */
export const WIDTH = 360
/** How large a unit is shown where there is room: so that words are nearly as large as those of the page. */
const SHOWN = 440 / WIDTH
const PADDING = 8
const GAP = 0.4

const FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'
const LIGHT = {
  card: '#fff',
  edge: '#d1d9e0',
  ink: '#1f2328',
  muted: '#59636e',
  line: '#59636e',
  tones: {
    plain: '#f6f8fa #818b98',
    blue: '#ddf4ff #0969da',
    green: '#dafbe1 #1a7f37',
    red: '#ffebe9 #cf222e',
    amber: '#fff8c5 #9a6700',
  },
}
const DARK: typeof LIGHT = {
  card: '#0d1117',
  edge: '#3d444d',
  ink: '#f0f6fc',
  muted: '#9198a1',
  line: '#9198a1',
  tones: {
    plain: '#151b23 #848d97',
    blue: '#0c2d6b #4493f8',
    green: '#0f3d1f #3fb950',
    red: '#55161a #f85149',
    amber: '#4b3306 #d29922',
  },
}

/** A picture on a card of its own, because a page may be dark where the system is light. */
export class Drawing {
  readonly #name: string
  readonly #title: string
  readonly #description: string
  readonly #parts: string[] = []

  constructor(name: string, title: string, description: string) {
    this.#name = name
    this.#title = title
    this.#description = description
    this.text(WIDTH / 2, 28, title, { look: 'h c' })
  }

  /** Writes from a baseline on; `code` in backquotes. Returns the baseline of the next line. */
  text(x: number, y: number, words: string, { look = '', within = Number.POSITIVE_INFINITY }: Words = {}): number {
    let baseline = y
    for (const line of broken(words, within, look)) {
      const start = `<text${look && ` class="${look}"`} x="${short(x)}" y="${short(baseline)}">`
      this.#parts.push(`${start}${marked(line)}</text>`)
      baseline += leading(look)
    }
    return baseline
  }

  /** Draws a rectangle with words in it, and returns where it ends. */
  box(
    x: number,
    y: number,
    width: number,
    { title, lines = [], tone = 'plain', height, centred = false }: Box,
  ): number {
    const within = centred ? Number.POSITIVE_INFINITY : width - 2 * PADDING
    const paragraphs = [
      ...(title === undefined ? [] : [[title, 'b'] as const]),
      ...lines.map((line) => [line, 's'] as const),
    ]
    const needed = paragraphs.reduce(
      (sum, [words, look]) => sum + (broken(words, within, look).length || GAP) * leading(look),
      0,
    )
    const bottom = y + (height ?? needed + 2 * PADDING - 3)
    this.#parts.push(`<rect class="${tone}" ${sides(x, y, width, bottom - y)} rx="5"/>`)
    let baseline = (centred ? (y + bottom - needed) / 2 : y + PADDING - 1) + 12
    for (const [words, look] of paragraphs) {
      const at = centred ? x + width / 2 : x + PADDING
      if (words === '') baseline += GAP * leading(look)
      else baseline = this.text(at, baseline, words, { look: centred ? `${look} c` : look, within })
    }
    return bottom
  }

  /** A line, across or down, with a head at its end unless `head` is false. */
  arrow(x1: number, y1: number, x: number, y: number, { tone = 'plain', head = true }: Arrow = {}): void {
    const [dx, dy] = [Math.sign(x - x1) * 5, Math.sign(y - y1) * 5]
    const at = (sign: number) => `${short(x - dx + sign * dy)} ${short(y - dy + sign * dx)}`
    const tip = head ? `M${at(-0.8)}L${short(x)} ${short(y)}L${at(0.8)}` : ''
    this.#parts.push(`<path class="a ${tone}" d="M${short(x1)} ${short(y1)}L${short(x)} ${short(y)}${tip}"/>`)
  }

  /** A point in time: filled, or hollow. */
  dot(x: number, y: number, tone: Tone, filled = true): void {
    this.#parts.push(`<circle class="${tone}${filled ? ' f' : ''}" cx="${short(x)}" cy="${short(y)}" r="4"/>`)
  }

  svg(height: number): string {
    const [name, shown] = [this.#name, [WIDTH, height].map((side) => Math.round(side * SHOWN))]
    const body = this.#parts.join('\n')
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${shown[0]}" height="${shown[1]}" viewBox="0 0 ${WIDTH} ${short(height)}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">${escaped(this.#title)}</title>
<desc id="${name}-desc">${escaped(this.#description)}</desc>
<style>
svg{max-width:100%;height:auto}
text{font:13px ${FONT}}
.h{font-size:16px;font-weight:600}.b{font-weight:600}.s{font-size:12px}.c{text-anchor:middle}.e{text-anchor:end}
.k{font-family:${MONO};font-size:.92em}
.a{stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
${colours(LIGHT, body)}
@media (prefers-color-scheme:dark){
${colours(DARK, body)}
}
</style>
<rect class="card" ${sides(0.5, 0.5, WIDTH - 1, height - 1)} rx="8"/>
${body}
</svg>
`
  }
}

function colours({ card, edge, ink, muted, line, tones }: typeof LIGHT, body: string): string {
  const used = Object.entries(tones).filter(([tone]) => body.includes(`class="${tone}`) || body.includes(`a ${tone}`))
  const all = used.map(([tone, pair]) => [tone, ...pair.split(' ')])
  return [
    `text{fill:${ink}}.m{fill:${muted}}.card{fill:${card};stroke:${edge}}`,
    ...all.map(([tone, fill, stroke]) => `.${tone}{fill:${fill};stroke:${stroke}}.${tone}.f{fill:${stroke}}`),
    `.a{fill:none}.a.plain{stroke:${line}}`,
  ].join('\n')
}

const leading = (look: string) => (/\bs\b/.test(look) ? 15 : 16)
const short = (value: number) => String(Math.round(value * 10) / 10)
const sides = (x: number, y: number, width: number, height: number) =>
  `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const marked = (line: string) => escaped(line).replaceAll(/`([^`]*)`/g, '<tspan class="k">$1</tspan>')

/** Lines that are not wider than `within`. Code is not broken. */
function broken(words: string, within: number, look: string): string[] {
  const lines: string[] = []
  for (const word of words.match(/(?:`[^`]*`|[^ `])+/g) ?? []) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && widthOf(longer, look) <= within) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** How wide letters are in DejaVu Sans, the widest font of those that a system may use here, in parts of the font size. */
const WIDTHS: readonly (readonly [letters: RegExp, width: number])[] = [
  [/[ijl'|]/, 0.28],
  [/[ .,:;]/, 0.34],
  [/[ftr()[\]/-]/, 0.41],
  [/[csz]/, 0.55],
  [/[kvxy]/, 0.6],
  [/w/, 0.82],
  [/[mMW@%+=<>]/, 1],
  [/[A-Z]/, 0.72],
]

/** The width of a line in units, `code` in backquotes, by the classes that it has. It is rather too wide than too narrow. */
export function widthOf(line: string, look = ''): number {
  const size = /\bh\b/.test(look) ? 16 : /\bs\b/.test(look) ? 12 : 13
  const weight = /\b[hb]\b/.test(look) ? 1.13 : 1
  const parts = line.split('`').map((part, at) => (at % 2 === 1 ? part.length * 0.56 : proportional(part) * weight))
  return parts.reduce((sum, part) => sum + part, 0) * size
}

function proportional(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? 0.64), 0)
}
