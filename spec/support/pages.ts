import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { REPOSITORY } from './script.js'

/** A fenced block of code. */
export interface Block {
  /** The nearest heading above it, without its number signs. */
  readonly heading: string
  readonly language: string
  readonly code: string
}

/** A page of the documentation. */
export interface Page {
  /** From the repository's folder, with slashes. */
  readonly path: string
  readonly text: string
  /** Everything that is not in a fenced block, so that a comment in a script is no heading. */
  readonly prose: string
  readonly blocks: readonly Block[]
  /** What a link to a heading has behind its number sign, by GitHub's rules. */
  readonly anchors: ReadonlySet<string>
}

export const README = 'README.md'
const GUIDE = 'spec/guide'

/** The README, and every page of the guide. */
export function allPages(): Page[] {
  const guide = readdirSync(join(REPOSITORY, GUIDE)).filter((file) => file.endsWith('.md'))
  return [README, ...guide.sort().map((file) => `${GUIDE}/${file}`)].map(pageAt)
}

export function pageAt(path: string): Page {
  const text = readFileSync(join(REPOSITORY, path), 'utf8')
  const prose: string[] = []
  const blocks: { heading: string; language: string; code: string }[] = []
  let [heading, isCode] = ['', false]
  for (const line of text.split('\n')) {
    const fence = /^```(\w*)$/.exec(line)
    if (fence && !isCode) blocks.push({ heading, language: fence[1] as string, code: '' })
    else if (isCode && !fence) (blocks.at(-1) as { code: string }).code += `${line}\n`
    else if (!fence) prose.push(line)
    if (fence) isCode = !isCode
    heading = (!isCode && /^#+ (.*)$/.exec(line)?.[1]) || heading
  }
  if (isCode) throw new Error(`${path}: a fenced block has no end`)
  const headings = prose.flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
  return { path, text, prose: prose.join('\n'), blocks, anchors: anchorsOf(headings) }
}

/** The part of a page below a heading, up to the next heading of any level; without blocks. */
export function sectionOf(page: Page, heading: string): string {
  const parts = page.prose.split(/^(?=#+ )/m)
  const section = parts.find((part) => part.startsWith('#') && /^#+ (.*)/.exec(part)?.[1] === heading)
  if (section === undefined) throw new Error(`${page.path} has no heading "${heading}"`)
  return section
}

/** Where the links and images of a page lead, except to the web. */
export function localLinks({ prose }: Page): string[] {
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^https?:/.test(target))
}

/** The file that a link leads to, from the repository's folder, and the anchor in it. */
export function destination(page: Page, link: string): { readonly file: string; readonly anchor: string | undefined } {
  const [path = '', anchor] = link.split('#')
  return { file: path === '' ? page.path : join(dirname(page.path), path), anchor }
}

/** `keys` of `spec/guide/keys.md`. */
export function nameOf({ path }: Page): string {
  return basename(path, '.md')
}

/** Lower case, without punctuation, hyphens for spaces; a number behind those that were there already. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>()
  for (const heading of headings) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = text.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let number = 1; anchors.has(anchor); number++) anchor = `${slug}-${number}`
    anchors.add(anchor)
  }
  return anchors
}
