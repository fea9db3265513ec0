import test from 'ava'
import { temporaryFolder } from '../store/help.js'
import { fuzz } from './fuzz.js'

const rounds = 3000
/** Milliseconds of processor time, of which reading an intact file takes a few. */
const slowestAllowed = 2000
/** Above what the process has before; the files have some kilobytes. */
const memoryAllowed = 256 << 20

test('a few thousand damaged checkpoints and ONNX files end in tensors or in an error about the file, soon and in little memory', async (t) => {
  const before = process.memoryUsage().rss
  const report = await fuzz(await temporaryFolder(t), 20_260_101, (done) => done === rounds)
  const { good = 0, ERR_CHECKPOINT_FORMAT: format = 0, ERR_CHECKPOINT_REFUSED: refused = 0 } = report.endings
  const told = JSON.stringify(report)
  t.true(good > 100 && format > 1000 && refused > 50, told)
  t.true(report.slowest < slowestAllowed, told)
  t.true(process.memoryUsage().rss - before < memoryAllowed, told)
  t.log(told)
})
