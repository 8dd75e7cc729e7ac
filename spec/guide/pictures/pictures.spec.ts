import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allPages, destination } from '../../support/pages.js'
import { PICTURES } from './draw.js'
import { WIDTH, widthOf } from './svg.js'

const FOLDER = 'spec/guide/pictures'
/** How near to the edge of the card words may come, in units. */
const MARGIN = 6
/** What can be read on a telephone, which shows a unit as nine tenths of a pixel. */
const SMALLEST = 12
/** WCAG 2.2, 1.4.3 and 1.4.11. */
const [CONTRAST_OF_TEXT, CONTRAST_OF_SHAPES] = [4.5, 3]

interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

describe('the pictures', () => {
  it('are those that draw.ts draws: run npx tsx spec/guide/pictures/draw.ts', () => {
    const committed = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.svg'))
    expect(committed.sort()).toEqual([...PICTURES.keys()].sort())
    for (const file of committed) expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toBe(PICTURES.get(file))
  })

  it('are each used by a page, with a text that says what they show', () => {
    const images = allPages().flatMap((page) =>
      [...page.prose.matchAll(/!\[([^\]]*)\]\(([^)]*\.svg)\)/g)].map(([, words = '', link = '']) => ({
        file: destination(page, link).file,
        words,
      })),
    )
    expect(images.map(({ file }) => file).sort()).toEqual(
      [...PICTURES.keys()].map((file) => `${FOLDER}/${file}`).sort(),
    )
    expect(images.filter(({ words }) => words.split(' ').length < 10)).toEqual([])
  })
})

describe.each([...PICTURES])('%s', (_file, svg) => {
  it('has a title and a description that are read out for it', () => {
    const [, labels = ''] = /<svg [^>]*role="img" aria-labelledby="([^"]*)"/.exec(svg) ?? []
    const [title = '', desc = ''] = labels.split(' ')
    expect(contentOf(svg, `title id="${title}"`)).toMatch(/^\w.{10}/)
    expect(contentOf(svg, `desc id="${desc}"`)).toMatch(/^\w.{100}.*\.$/)
    const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids).toEqual([title, desc])
    const others = [...PICTURES.values()].filter((other) => other !== svg)
    expect(others.filter((other) => ids.some((id) => other.includes(`"${id}"`)))).toEqual([])
  })

  it('runs nothing and fetches nothing', () => {
    const elements = new Set(Array.from(svg.matchAll(/<([\w:-]+)/g), ([, name]) => name))
    const known = ['svg', 'title', 'desc', 'style', 'rect', 'text', 'tspan', 'path', 'circle']
    expect([...elements].filter((name) => !known.includes(name as string))).toEqual([])
    const own = svg.replace(' xmlns="http://www.w3.org/2000/svg"', '')
    expect(own).not.toMatch(/\bhref|\bsrc\b|\burl\(|@import|@font-face|\son\w+=|<[?!]|&\w+;(?<!&amp;|&lt;)|\w:\/\//)
  })

  it('is as wide as a telephone, and a little larger on a desk', () => {
    const [, ...sides] = /^<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg) ?? []
    const [width = 0, height = 0, units = 0, down = 0] = sides.map(Number)
    expect(units).toBe(WIDTH)
    expect(width / units).toBeGreaterThan(1)
    expect(width / units).toBeLessThan(1.3)
    expect(Math.abs(width / height - units / down)).toBeLessThan(0.01)
  })

  it.each(['light', 'dark'] as const)('has contrast in a %s scheme, and no class without colours there', (scheme) => {
    const { ink, muted, card, fills, strokes } = coloursOf(svg, scheme)
    const [used, drawn] = [classesOf(svg, 'rect|circle'), classesOf(svg, 'path|circle|rect')]
    const colourless = new Set([...used, ...drawn].filter((name) => !['a', 'f', 'card'].includes(name)))
    expect([...colourless].filter((name) => !fills.has(name) || !strokes.has(name))).toEqual([])
    for (const fill of [card, ...fills.values()]) expect(contrast(ink, fill), fill).toBeGreaterThan(CONTRAST_OF_TEXT)
    expect(contrast(muted, card)).toBeGreaterThan(CONTRAST_OF_TEXT)
    for (const stroke of strokes.values()) expect(contrast(stroke, card), stroke).toBeGreaterThan(CONTRAST_OF_SHAPES)
  })

  it('has words that are large enough, inside of the card, and inside of their box', () => {
    const [card, ...boxes] = rectanglesOf(svg)
    const outside = textsOf(svg).filter(({ area }) => {
      const middle = { left: (area.left + area.right) / 2, right: (area.left + area.right) / 2 }
      const box = boxes.find((one) => overlap(one, { ...area, ...middle }))
      return !isIn(area, box ?? inset(card as Area, MARGIN))
    })
    expect(outside.map(({ words }) => words)).toEqual([])
    const sizes = [...svg.matchAll(/(?:font:|font-size:)(\d+)px/g)].map(([, size]) => Number(size))
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(SMALLEST)
  })

  it('has no words on other words, and no line through words', () => {
    const texts = textsOf(svg)
    expect(texts.length).toBeGreaterThan(15)
    const crowded = texts.flatMap((one, at) =>
      texts.slice(at + 1).flatMap((other) => (overlap(one.area, other.area) ? [`${one.words} | ${other.words}`] : [])),
    )
    expect(crowded).toEqual([])
    const lines = linesOf(svg)
    const edges = rectanglesOf(svg).flatMap(edgesOf)
    const struck = texts.filter(({ area }) => [...lines, ...edges].some((line) => overlap(line, area)))
    expect(struck.map(({ words }) => words)).toEqual([])
  })
})

function contentOf(svg: string, start: string): string {
  return svg.split(`<${start}>`)[1]?.split('<')[0] ?? ''
}

function classesOf(svg: string, elements: string): string[] {
  return [...svg.matchAll(new RegExp(`<(?:${elements}) class="([^"]*)"`, 'g'))].flatMap(([, all = '']) =>
    all.split(' '),
  )
}

function coloursOf(svg: string, scheme: 'light' | 'dark') {
  const sheet = contentOf(svg, 'style')
  const [light = '', dark = ''] = sheet.split('@media (prefers-color-scheme:dark){')
  const rules = scheme === 'light' ? light : dark
  const one = (pattern: RegExp) => pattern.exec(rules)?.[1] as string
  const each = (property: string) =>
    new Map(
      [...rules.matchAll(new RegExp(`^\\.(\\w+)\\{[^}]*${property}:(#\\w+)`, 'gm'))].map(
        ([, name = '', colour = '']) => [name, colour],
      ),
    )
  const [ink, muted, card] = [one(/\btext\{fill:(#\w+)/), one(/\.m\{fill:(#\w+)/), one(/\.card\{fill:(#\w+)/)]
  return { ink, muted, card, fills: each('fill'), strokes: each('stroke') }
}

/** WCAG 2.2, the definition of contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[^#]/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function textsOf(svg: string): { words: string; area: Area }[] {
  return [...svg.matchAll(/<text ([^>]*)>(.*)<\/text>/g)].map(([, attributes = '', content = '']) => {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
    const words = content
      .replaceAll(/<\/?tspan[^>]*>/g, '`')
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&')
    const [x, y, width] = [Number(of('x')), Number(of('y')), widthOf(words, of('class'))]
    const left = x - (/\bc\b/.test(of('class')) ? width / 2 : /\be\b/.test(of('class')) ? width : 0)
    return { words, area: { left, right: left + width, top: y - 9, bottom: y + 3 } }
  })
}

function rectanglesOf(svg: string): Area[] {
  return [...svg.matchAll(/<rect [^>]*x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g)].map(
    ([, ...sides]) => {
      const [left = 0, top = 0, width = 0, height = 0] = sides.map(Number)
      return { left, top, right: left + width, bottom: top + height }
    },
  )
}

/** The parts of all arrows and lines. */
function linesOf(svg: string): Area[] {
  return [...svg.matchAll(/ d="([^"]*)"/g)].flatMap(([, d = '']) =>
    d.split('M').flatMap((stroke) => {
      const points = stroke.split('L').map((point) => point.split(' ').map(Number) as [number, number])
      return points.slice(1).map((point, at) => spanned(points[at] as [number, number], point))
    }),
  )
}

function spanned([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): Area {
  return { left: Math.min(x1, x2), right: Math.max(x1, x2), top: Math.min(y1, y2), bottom: Math.max(y1, y2) }
}

function edgesOf({ left, top, right, bottom }: Area): Area[] {
  return [
    { left, right, top, bottom: top },
    { left, right, top: bottom, bottom },
    { left, right: left, top, bottom },
    { left: right, right, top, bottom },
  ]
}

function inset({ left, top, right, bottom }: Area, by: number): Area {
  return { left: left + by, top: top + by, right: right - by, bottom: bottom - by }
}

function overlap(one: Area, other: Area): boolean {
  return (
    one.left < other.right && other.left < one.right + 1e-9 && one.top < other.bottom && other.top < one.bottom + 1e-9
  )
}

function isIn(inner: Area, outer: Area): boolean {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  )
}
