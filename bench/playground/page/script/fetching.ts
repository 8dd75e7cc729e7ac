interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string }
}

/** Only what this server answered becomes markup, and only in a document that runs nothing. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('playground', {
  createHTML: (text) => text,
})

/** Sends a form's fields, and reads the page that the redirect leads to. */
export async function post(path: string, fields?: URLSearchParams): Promise<Document> {
  return documentOf(await fetch(path, { method: 'POST', body: fields ?? new URLSearchParams() }))
}

/** Sends a request whose answer nobody looks at. Its cookies count all the same. */
export async function postOnly(path: string): Promise<void> {
  await fetch(path, { method: 'POST', redirect: 'manual' })
}

export async function getPage(): Promise<Document> {
  return documentOf(await fetch('/'))
}

async function documentOf(response: Response): Promise<Document> {
  // The page has its style sheet, and lets no other in, such as that of a server which was restarted with a newer one.
  const text = (await response.text()).replace(/<style>.*?<\/style>/s, '')
  return new DOMParser().parseFromString(policy?.createHTML(text) ?? text, 'text/html')
}
