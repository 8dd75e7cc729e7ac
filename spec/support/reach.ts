import { nameOf, type Place, placesIn, type Syntax, textOf } from './syntax.js'

/** What a file gets hold of when it runs. */
export interface Reach {
  /** Modules, with the names that are taken from each: `*` for all of them, or for what is taken later. */
  readonly modules: readonly (readonly [module: string, ...names: string[]])[]
  /** By which a network, a file or a module is reached without an import, if the file has any. */
  readonly globals: readonly string[]
}

/** From which everything can be reached, under a name that is computed or in code that is made of text. */
const WAYS_TO_ALL = ['globalThis', 'global', 'eval', 'Function', 'require']
/** The last is of jose, and fetches keys. */
const NETWORK = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'createRemoteJWKSet']
/** Where `process` leads to a module without an import: `getBuiltinModule`, `binding`, `dlopen`, whatever comes. */
const HARMLESS_OF_PROCESS = ['argv', 'emitWarning', 'env', 'exit', 'exitCode', 'nextTick', 'stderr', 'stdin', 'stdout']

/** Reads it from the syntax tree: neither a line break, nor a comment, nor what a text says makes a difference. */
export function reachOf(source: string): Reach {
  const places = placesIn(source)
  return { modules: places.flatMap(({ node }) => moduleOf(node)), globals: places.flatMap(globalOf) }
}

function moduleOf(node: Syntax): [module: string, ...names: string[]][] {
  const { type, source, specifiers = [] } = node
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return []
  if (type === 'ImportExpression') return [[textOf(source) ?? '(computed)', '*']]
  if (type === 'ExportAllDeclaration') return [[source.value, '*']]
  if (type === 'TSImportEqualsDeclaration') return [[node['moduleReference'].expression?.value ?? '(computed)', '*']]
  if (!/^(?:Import|ExportNamed)Declaration$/.test(type) || !source) return []
  return [[source.value, ...specifiers.flatMap(takenBy)]]
}

function takenBy({ type, imported, local, importKind, exportKind }: Syntax): string[] {
  if (importKind === 'type' || exportKind === 'type') return []
  if (type === 'ImportSpecifier') return [imported.name ?? imported.value]
  if (type === 'ExportSpecifier') return [local.name ?? local.value]
  return [type === 'ImportDefaultSpecifier' ? 'default' : '*']
}

function globalOf({ node, around, member }: Place): string[] {
  const { type } = node
  // The word of `declare global`, which declares types.
  if (around?.type === 'TSModuleDeclaration' && member === 'id') return []
  if (type === 'MemberExpression' && node['object'].name === 'process') {
    const name = nameOf(node)
    return HARMLESS_OF_PROCESS.includes(name ?? '') ? [] : [`process.${name ?? '(computed)'}`]
  }
  if (type === 'Identifier' && node['name'] === 'process' && !(around?.type === 'MemberExpression')) return ['process']
  const name = type === 'Identifier' ? node['name'] : isMember(around, member) ? textOf(node) : undefined
  return [...WAYS_TO_ALL, ...NETWORK].includes(name) ? [name] : []
}

/** Whether a text stands for a name, in `globalThis['fetch']`. */
function isMember(around: Syntax | undefined, member: string): boolean {
  return around?.type === 'MemberExpression' && member === 'property'
}
