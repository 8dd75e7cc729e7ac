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
  const spare = new Set(from.childNodes)
  const wanted = [...to.childNodes].map((next) => {
    const match = [...spare].find((child) => keyOf(child) === keyOf(next) && child.nodeName === next.nodeName)
    if (match) spare.delete(match)
    return { next, match }
  })
  for (const child of spare) child.remove()
  let cursor = from.firstChild
  for (const { next, match } of wanted) {
    if (match === undefined) {
      from.insertBefore(document.importNode(next, true), cursor)
      continue
    }
    // Only what has another place is moved: a node that moves loses the focus.
    if (match === cursor) cursor = match.nextSibling
    else from.insertBefore(match, cursor)
    mergeNode(match, next)
  }
}

function mergeNode(from: ChildNode, to: ChildNode): void {
  if (from instanceof Element && to instanceof Element) merge(from, to)
  else if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue
}

/** The name by which an element is known among its siblings. Those without one are known by their order. */
function keyOf(node: Node): string | undefined {
  if (!(node instanceof Element)) return undefined
  return node.getAttribute('data-key') ?? (node.id || undefined)
}
