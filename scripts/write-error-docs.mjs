// Writes docs/errors.md from the catalogue in ts/errors.ts: node scripts/write-error-docs.mjs, after a build.
import { writeFileSync } from 'node:fs'
import { catalogue, exitCodes } from '../dist/errors.js'

const rows = Object.entries(catalogue).map(
  ([code, { kind, when, remedy }]) => `| \`${code}\` | ${exitCodes[kind]} | ${when} | ${remedy} |`,
)
const page = `# Errors

Every error that the package throws on purpose is a \`PdfnetError\` with a \`code\`, a \`message\` that names what it is about,
a \`remedy\`, and often \`details\` and a \`cause\`. The command line ends with the exit status of the code's kind; with 9 when
some pictures of several failed and the others were done. \`ERR_ABORTED\` has the name \`AbortError\` and the signal's reason
as its cause.

| code | exit status | when | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`
writeFileSync(new URL('../docs/errors.md', import.meta.url), page)
