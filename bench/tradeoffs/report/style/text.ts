export const TEXT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 3vw, 2rem) 4rem;
  max-width: 72rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2, h3 {
  font-family: ui-serif, Charter, "Iowan Old Style", "Source Serif 4", Georgia, "Liberation Serif", serif;
  line-height: 1.2;
  text-wrap: balance;
}
h1 { margin: 0; font-size: clamp(2.4rem, 1.7rem + 3.4vw, 4rem); letter-spacing: -0.02em; font-weight: 600; }
h2 {
  margin: 4.5rem 0 1rem;
  padding-top: 1.25rem;
  border-top: 2px solid var(--ink);
  font-size: clamp(1.6rem, 1.35rem + 1vw, 2.1rem);
  font-weight: 600;
  letter-spacing: -0.01em;
}
h3 { margin: 2.25rem 0 0.5rem; font-size: 1.25rem; font-weight: 600; }
p, ul { margin: 0.5rem 0 1rem; }
main p, main li, dl { max-width: 46rem; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
code { font: 0.86em ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--cookie); outline-offset: 2px; }
summary { cursor: pointer; color: var(--link); font-weight: 500; }
details { margin: 0.5rem 0; }
details[open] > summary { margin-bottom: 0.5rem; }

.eyebrow { margin: 0 0 0.6rem; color: var(--quiet); font-size: 0.9rem; letter-spacing: 0.02em; }
.dek { margin: 0.75rem 0 0; max-width: 40rem; color: var(--quiet); font-size: 1.2rem; line-height: 1.45; text-wrap: pretty; }
.answer {
  margin: 1.75rem 0 1.25rem;
  padding: 0.1rem 0 0.1rem 1.25rem;
  max-width: 50rem;
  border-left: 4px solid var(--cookie);
  font-size: clamp(1.1rem, 1.02rem + 0.4vw, 1.3rem);
  line-height: 1.55;
  text-wrap: pretty;
}
.recorded, .trace { color: var(--quiet); font-size: 0.85rem; line-height: 1.5; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; margin: 1.5rem 0 0; padding: 0; list-style: none; font-size: 0.95rem; }
nav a { display: inline-block; padding: 0.15rem 0; }

.sides { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); align-items: start; }
.side { padding: 1.1rem 1.35rem 0.6rem; border: 1px solid var(--line); border-top: 5px solid; border-radius: 4px; background: var(--card); }
.side.cookie { border-top-color: var(--cookie); }
.side.store { border-top-color: var(--store); }
.side h3 { margin-top: 0; }
.side ul, .aside ul { padding-left: 1.1rem; }
.side li, .aside li { margin-bottom: 0.7rem; }
.side li::marker { color: var(--quiet); }
.evidence { display: block; color: var(--quiet); font-size: 0.9rem; line-height: 1.5; }
.aside { margin: 1.25rem 0; }
.after { margin: 0.75rem 0 0.2rem; font-size: 0.95rem; }
.missing-list { margin-top: 0; font-size: 0.95rem; }
.differences { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); margin: 0.75rem 0 0; max-width: none; }
.differences div { margin-bottom: 0.9rem; }
dt { font-weight: 600; }
dd { margin: 0; font-size: 0.95rem; line-height: 1.5; }
`
