import { readdirSync, readFileSync } from 'node:fs'
import { nameOf, placesIn, type Syntax } from '../support/syntax.js'

/** The text of files, by their paths. */
export type Sources = Readonly<Record<string, string>>

/** What names code that is changed: neither a path nor a line, as it may move. */
export interface Named {
  /** The innermost named function around the code: `open`, or `Ring.open` for one of several. Otherwise a field or constant. */
  readonly in: string
  /** A longer piece of code around it, where `original` alone says too little. An ellipsis stands for any code. */
  readonly within?: string
  readonly original: string
}

/** A piece of code, from one position of a file to another. */
export interface Place {
  readonly file: string
  readonly start: number
  readonly end: number
}

interface Piece extends Place {
  /** What it is in, from the outside to the inside: a class and its method, a function and one inside of it. */
  readonly names: readonly string[]
  readonly isInFunction: boolean
  readonly code: string
  /** The pieces around it, inside of the function that it is in. */
  readonly around: readonly string[]
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']
const CLASSES = ['ClassDeclaration', 'ClassExpression']
/** What gives the function or class in it a name. */
const NAMING = ['VariableDeclarator', 'Property', 'MethodDefinition', 'PropertyDefinition']

/** Literals, but for texts of several words, and what else is written again and again. */
const NAMELESS = /'[^' ]*'|"[^" ]*"|`[^` ]*`|\b(?:true|false|null|undefined|return)\b/g

/** The pieces of code of some files, by which an entry of the list of survivors finds what it is about. */
export class Code {
  readonly #pieces: readonly Piece[]

  constructor(sources: Sources) {
    this.#pieces = Object.entries(sources).flatMap(([file, text]) => piecesOf(file, text))
  }

  /** The place that an entry is about; undefined if none is, or more than one, or `original` could be anything. */
  placeOf(named: Named): Place | undefined {
    const pieces = this.#named(named)
    return pieces.length === 1 && !saysTooLittle(named, pieces) ? pieces[0] : undefined
  }

  /** Why an entry is about no place, in words; undefined if it is. */
  faultOf(named: Named): string | undefined {
    const pieces = this.#named(named)
    const code = `the code ${named.original}${named.within ? ` within ${named.within}` : ''}`
    if (pieces.length > 1) return `${named.in} has ${code} ${pieces.length} times: say which one by "within" or "in"`
    if (saysTooLittle(named, pieces)) return `${code} in ${named.in} could be anything: say more by "within"`
    if (pieces.length === 1) return undefined
    const others = this.#pieces.filter(({ code, names }) => names.length > 0 && code === spelled(named.original))
    const places = [...new Set(others.map(({ names, file }) => `${names.join('.')} in ${file}`))]
    const hint = places.length > 0 && places.length < 4 ? `; the code stands in ${places.join(', ')}` : ''
    return `${named.in} no longer has ${code}${hint}`
  }

  #named(named: Named): Piece[] {
    const original = spelled(named.original)
    const within = named.within === undefined ? undefined : patternOf(named.within)
    return this.#pieces.filter(
      ({ code, names, around }) =>
        code === original && endsWith(names, named.in) && (!within || around.some((one) => within.test(one))),
    )
  }
}

/** All files of lib. */
export function sourcesOfLib(): Sources {
  const root = new URL('../../', import.meta.url)
  const files = readdirSync(new URL('lib', root), { recursive: true, encoding: 'utf8' })
  const paths = files.filter((file) => file.endsWith('.ts')).map((file) => `lib/${file}`)
  return Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
}

/** Code as it is compared: it does not matter how its lines are broken. */
export function spelled(code: string): string {
  return code
    .replace(/\s+/g, ' ')
    .replace(/,(?= ?[)\]}])/g, '')
    .replace(/(?<=[([]) | (?=[)\].]|\?\.)/g, '')
}

function patternOf(code: string): RegExp {
  const parts = code.split('\u2026').map((part) => spelled(part).trim())
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
}

/** What has no name in it, such as `[]` or `'GET'`, may be other code tomorrow. A field or constant has one value. */
function saysTooLittle({ original, within }: Named, pieces: readonly Piece[]): boolean {
  const isNameless = !/[a-z_$]\w/i.test(original.replace(NAMELESS, ''))
  return isNameless && within === undefined && pieces.some(({ isInFunction }) => isInFunction)
}

function endsWith(names: readonly string[], wanted: string): boolean {
  return `.${names.join('.')}`.endsWith(`.${wanted}`)
}

function piecesOf(file: string, text: string): Piece[] {
  const syntax = placesIn(text)
  const parents = new Map(syntax.map(({ node, around }) => [node, around]))
  const codes = new Map(syntax.map(({ node }) => [node, spelled(text.slice(node.start, node.end))]))
  const codeOf = (node: Syntax) => codes.get(node) as string
  // An expression, and a statement of nothing else, are the same piece.
  const pieces = new Map(syntax.map(({ node }) => [`${node.start}-${node.end}`, node]))
  return [...pieces.values()].map((node) => {
    const outside = chainOf(node, parents)
    const named = outside.map((one, index) => nameOfOwner(one, outside.slice(index + 1)))
    const owner = outside.findIndex((one, index) => named[index] !== undefined && FUNCTIONS.includes(one.type))
    return {
      file,
      start: node.start,
      end: node.end,
      names: named.filter((name) => name !== undefined).reverse(),
      isInFunction: owner !== -1,
      code: codeOf(node),
      get around() {
        return outside.slice(0, owner === -1 ? undefined : owner).map(codeOf)
      },
    }
  })
}

/** What is around a node, from the inside to the outside. */
function chainOf(node: Syntax, parents: ReadonlyMap<Syntax, Syntax | undefined>): Syntax[] {
  const parent = parents.get(node)
  return parent === undefined ? [] : [parent, ...chainOf(parent, parents)]
}

/** The name of a function or class, and outside of functions of a field or constant. */
function nameOfOwner(node: Syntax, outside: readonly Syntax[]): string | undefined {
  const [parent] = outside
  if (isNamed(node)) return node['id']?.name ?? (parent && NAMING.includes(parent.type) ? keyOf(parent) : undefined)
  const value: Syntax | null | undefined = node['value'] ?? node['init']
  const isValue = node.type === 'PropertyDefinition' || node.type === 'VariableDeclarator'
  if (!isValue || (value && isNamed(value)) || outside.some(({ type }) => FUNCTIONS.includes(type))) return undefined
  return keyOf(node)
}

function isNamed({ type }: Syntax): boolean {
  return FUNCTIONS.includes(type) || CLASSES.includes(type)
}

function keyOf(node: Syntax): string | undefined {
  if (node.type === 'VariableDeclarator') return node['id'].name
  return node['key'].type === 'PrivateIdentifier' ? `#${node['key'].name}` : nameOf(node)
}
