import test from 'ava'
import { describeError } from '#dist/cli/terminal.js'
import { PdfnetError } from '#dist/errors.js'

test('a message that lists hundreds of lines is cut where it is asked for, and its first line and remedy stay', (t) => {
  const lines = Array.from({ length: 300 }, (_, i) => `  weight ${i}`)
  const error = new PdfnetError('ERR_MODEL_MISMATCH', ['300 weights are missing', ...lines].join('\n'))
  const shown = describeError(error, 24).split('\n')
  t.is(shown[0], 'error: 300 weights are missing')
  t.is(shown[23], '  … and 278 more: --json lists them all (ERR_MODEL_MISMATCH)')
  t.regex(shown[24]!, /^ {2}remedy: /)
  t.true(describeError(error).includes('weight 299'))
  t.is(describeError(new PdfnetError('ERR_MODEL_MISMATCH', 'one line'), 24).split('\n').length, 3)
})
