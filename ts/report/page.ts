/** A page for people: one file of HTML that loads nothing and runs nothing. */

const style = `
:root { color-scheme: light dark; --first: light-dark(#1f6feb, #58a6ff); --second: light-dark(#bc4c00, #f0883e); --soft: #8884 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: .3rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse } th, td { padding: .25rem 1.5rem .25rem 0; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } tr { border-bottom: 1px solid var(--soft) }
.charts { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0 } figcaption { font-size: .85rem }
svg { font-family: inherit; max-width: 100%; height: auto } text { fill: currentColor } .grid { stroke: var(--soft) }
.tick { font-size: 10px } .axis { font-size: 11px } .line { fill: none; stroke-width: 2 }
.first { --own: var(--first) } .second { --own: var(--second) }
.line { stroke: var(--own) } .bar, .dot { fill: var(--own) } .key { color: var(--own) }`

/**
 * @param body HTML
 * @param more rules beside those that all pages have
 */
export function page(title: string, body: string, more = ''): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>${style}${more}</style></head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`
}

/** Text as HTML, whatever it holds. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
