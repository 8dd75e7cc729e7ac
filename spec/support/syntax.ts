import { parseAst } from 'rolldown/parseAst'

/** A node of the syntax tree, as ESTree and its extension for TypeScript have it. */
export interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: any
}

/** Every node of a TypeScript file, with the one around it and the member of that one that it is. */
export interface Place {
  readonly node: Syntax
  readonly around: Syntax | undefined
  readonly member: string
}

export function placesIn(text: string): Place[] {
  const found: Place[] = []
  const visit = (node: Syntax, around: Syntax | undefined, member: string) => {
    found.push({ node, around, member })
    for (const [name, value] of Object.entries(node)) {
      for (const one of [value].flat()) if (typeof one?.type === 'string') visit(one, node, name)
    }
  }
  visit(parseAst(text, { lang: 'ts' }) as Syntax, undefined, '')
  return found
}

/** The text of a string, or of a template without placeholders; undefined if it is only known when it runs. */
export function textOf(node: Syntax): string | undefined {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type === 'TemplateLiteral' && node['expressions'].length === 0) return node['quasis'][0].value.cooked
  return undefined
}

/** The name of what a member expression takes, or a property is: `b` of `a.b` and of `a['b']`. */
export function nameOf({ computed, property, key }: Syntax): string | undefined {
  const name: Syntax = property ?? key
  return computed || name.type === 'Literal' ? textOf(name) : name['name']
}
