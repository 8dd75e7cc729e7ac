/** What the visitor did to an element, and no answer of the server should undo. */
const OF_THE_VISITOR: Readonly<Record<string, readonly string[]>> = { DETAILS: ['open'] }

/** Makes `from` look like `to` and keeps every node that it can: focus, scroll, and what was typed stay. */
export function merge(from: Element, to: Element): void {
  if (from.isEqualNode(to)) return
  mergeAttributes(from, to)
  mergeChildren(from, to)
}

function mergeAttributes(from: Element, to: Element): void {
  const kept = OF_THE_VISITOR[from.tagName] ?? []
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !kept.includes(name)) from.removeAttribute(name)
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !kept.includes(name)) from.setAttribute(name, value)
  }
}

function mergeChildren(from: Element, to: Element): void {
  const wanted = new Set([...to.childNodes].map(keyOf))
  for (const child of [...from.childNodes]) if (keyOf(child) !== undefined && !wanted.has(keyOf(child))) child.remove()
  const keyed = new Map([...from.childNodes].map((child) => [keyOf(child), child]))
  let cursor = from.firstChild
  for (const next of [...to.childNodes]) {
    const key = keyOf(next)
    const match = key === undefined ? nextLike(cursor, next) : keyed.get(key)
    if (match === undefined || match.nodeName !== next.nodeName) {
      from.insertBefore(document.importNode(next, true), cursor)
      continue
    }
    if (key === undefined) while (cursor !== match) cursor = removed(cursor)
    if (match === cursor) cursor = match.nextSibling
    else from.insertBefore(match, cursor)
    mergeNode(match, next)
  }
  while (cursor) cursor = removed(cursor)
}

function mergeNode(from: ChildNode, to: ChildNode): void {
  if (from instanceof Element && to instanceof Element) merge(from, to)
  else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue
}

/** The name by which an element is known among its siblings. */
function keyOf(node: Node): string | undefined {
  if (!(node instanceof Element)) return undefined
  return node.getAttribute('data-key') ?? (node.id || undefined)
}

/** The first nameless sibling of the same kind, as far as no named one stands between. */
function nextLike(start: ChildNode | null, like: Node): ChildNode | undefined {
  for (let node = start; node && keyOf(node) === undefined; node = node.nextSibling) {
    if (node.nodeName === like.nodeName) return node
  }
  return undefined
}

function removed(node: ChildNode | null): ChildNode | null {
  const next = node?.nextSibling ?? null
  node?.remove()
  return next
}
