import { readdir, readFile } from 'node:fs/promises'
import test from 'ava'
import { asPdfnetError, badArgument, catalogue, exitCodes, PdfnetError, type ErrorCode } from '#dist/errors.js'

const codes = Object.keys(catalogue) as ErrorCode[]

test('docs/errors.md lists every code of the catalogue with its exit status, and no other', async (t) => {
  const page = await readFile('docs/errors.md', 'utf8')
  const rows = [...page.matchAll(/^\| `(ERR_\w+)` \| (\d+) \| (.*) \| (.*) \|$/gm)]
  t.deepEqual(
    rows.map(([, code, exit, when, remedy]) => [code, Number(exit), when, remedy]),
    codes.map((code) => {
      const { kind, when, remedy } = catalogue[code]
      return [code, exitCodes[kind], when, remedy]
    }),
  )
})

async function codesIn(folder: string): Promise<Set<string>> {
  const named = new Set<string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'errors.ts') continue
    const text = await readFile(`${entry.parentPath}/${entry.name}`, 'utf8')
    for (const [, code] of text.matchAll(/['"](ERR_[A-Z_]+)['"]/g)) named.add(code!)
  }
  return named
}

test('every code of the catalogue is thrown somewhere', async (t) => {
  const thrown = new Set([...(await codesIn('ts')), ...(await codesIn('native'))])
  thrown.add('ERR_ABORTED').add('ERR_INTERNAL') // thrown by errors.ts itself
  t.deepEqual(
    codes.filter((code) => !thrown.has(code)),
    [],
  )
})

test('the addon names no code that the catalogue lacks', async (t) => {
  t.deepEqual(
    [...(await codesIn('native'))].filter((code) => !Object.hasOwn(catalogue, code)),
    [],
  )
})

test('a bad argument says what was expected, for what, and what came', (t) => {
  t.is(badArgument('gpu', 'an integer', 'x').message, 'expected an integer for gpu, got "x" (type string)')
  t.is(badArgument('gpu', 'an integer', [1]).message, 'expected an integer for gpu, got 1 items (type array)')
  t.is(badArgument('gpu', 'an integer', null).message, 'expected an integer for gpu, got null (type null)')
  t.is(badArgument('gpu', 'an integer', {}).message, 'expected an integer for gpu, got Object (type object)')
})

test('a foreign error is kept as the cause, and a native code is taken over', (t) => {
  const native = Object.assign(new Error('no'), { code: 'ERR_ENGINE_RUN' })
  t.like(asPdfnetError(native), { code: 'ERR_ENGINE_RUN', message: 'no', cause: native, exitCode: exitCodes.device })
  t.is(asPdfnetError(Object.assign(new Error('no'), { code: 'ENOENT' })).code, 'ERR_INTERNAL')
  const ours = new PdfnetError('ERR_HASH', 'differs')
  t.is(asPdfnetError(ours), ours)
})
