import test from 'ava'
import { safetensorsFile } from './files.js'
import { float32, openedOf, turnedDown } from './help.js'

const six = float32(1, 2, 3, 4, 5, 6)
const w = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] }

test('tensors, metadata, empty tensors and scalars are read', async (t) => {
  const header = {
    __metadata__: { format: 'pt' },
    scalar: { dtype: 'F32', shape: [], data_offsets: [20, 24] },
    empty: { dtype: 'I64', shape: [0, 3], data_offsets: [20, 20] },
    'module.x': { dtype: 'U8', shape: [20], data_offsets: [0, 20] },
  }
  const checkpoint = await openedOf(t, safetensorsFile(header, six))
  t.deepEqual([...checkpoint.entries.keys()], ['scalar', 'empty', 'module.x'])
  t.deepEqual(Buffer.from((await checkpoint.tensor('scalar')).data), float32(6))
  t.is((await checkpoint.tensor('empty')).data.length, 0)
})

test('names that JavaScript objects have are names like others', async (t) => {
  const header = '{"__proto__":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}'
  const checkpoint = await openedOf(t, safetensorsFile(header, six))
  t.deepEqual([...checkpoint.entries.keys()], ['__proto__'])
  await t.throwsAsync(checkpoint.tensor('constructor'), { code: 'ERR_ARGUMENT' })
})

test('headers that are not what the format says are turned down', async (t) => {
  const cases: [unknown, RegExp][] = [
    ['{not JSON', /not JSON/],
    [`{"w":${'['.repeat(100_000)}`, /not JSON/],
    [{ w: 1 }, /"w" is not a JSON object/],
    [{ w: [w] }, /"w" is not a JSON object/],
    [{ w: { ...w, dtype: 'F8_E4M3' } }, /is of type "F8_E4M3", expected F32, F16/],
    [{ w: { ...w, dtype: ['F32'] } }, /is of type none/],
    [{ w: { ...w, shape: [-2, 3] } }, /no shape/],
    [{ w: { ...w, shape: [2.5, 3] } }, /no shape/],
    [{ w: { ...w, shape: '2,3' } }, /no shape/],
    [{ w: { ...w, shape: [2 ** 52, 2 ** 52] } }, /./],
    [{ w: { ...w, data_offsets: [0] } }, /data_offsets/],
    [{ w: { ...w, data_offsets: [-4, 20] } }, /data_offsets/],
    [{ w: { ...w, data_offsets: [24, 0] } }, /reaches outside/],
    [{ w: { ...w, shape: [0], data_offsets: [24, 0] } }, /has -24 bytes/],
    [{ w: { ...w, shape: [2, 2] } }, /has 24 bytes, expected 16 for float32 \[2, 2\]/],
    [{ w: { ...w, shape: [2, 4] } }, /reaches outside/],
    [{ __metadata__: { format: 1 }, w }, /__metadata__/],
    [{ __metadata__: 'pt', w }, /__metadata__/],
  ]
  for (const [header, message] of cases) {
    await turnedDown(t, safetensorsFile(header, six), 'ERR_CHECKPOINT_FORMAT', message)
  }
})

test('tensors that overlap, leave holes or bytes, or reach outside the file are turned down', async (t) => {
  const half = (begin: number): object => ({ dtype: 'F32', shape: [3], data_offsets: [begin, begin + 12] })
  const cases: [object, RegExp][] = [
    [{ a: half(0), b: half(8) }, /"b" overlaps the one before it: it begins at byte 8 of the data, expected 12/],
    [{ a: half(0), b: half(0), c: half(12) }, /overlaps/],
    [{ b: half(12) }, /leaves a hole before it/],
    [{ a: half(0) }, /bytes that belong to no tensor/],
    [{ a: half(0), b: half(12), c: half(24) }, /truncated: its tensors take 36 bytes, the file has 24/],
  ]
  for (const [header, message] of cases) {
    await turnedDown(t, safetensorsFile(header, six), 'ERR_CHECKPOINT_FORMAT', message)
  }
  const twice = `{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"w":{"dtype":"F32","shape":[3],"data_offsets":[12,24]}}`
  await turnedDown(t, safetensorsFile(twice, six), 'ERR_CHECKPOINT_FORMAT', /hole/)
})

test("the header's length is limited by the format's reader and by the file", async (t) => {
  const long = safetensorsFile({ w }, six, 9n << 20n)
  await turnedDown(t, long, 'ERR_CHECKPOINT_REFUSED', /header has 9437184 bytes, expected 8388608 at most/)
  await turnedDown(t, safetensorsFile({ w }, six, 5000n), 'ERR_CHECKPOINT_FORMAT', /truncated: its header ends at/)
  const many = Object.fromEntries(
    Array.from({ length: 20_001 }, (_, index) => [index, { dtype: 'U8', shape: [0], data_offsets: [0, 0] }]),
  )
  await turnedDown(t, safetensorsFile(many, Buffer.alloc(0)), 'ERR_CHECKPOINT_REFUSED', /20001 tensors/)
})

test('a file that is cut anywhere is turned down', async (t) => {
  const file = safetensorsFile({ w }, six)
  for (let length = 9; length < file.length; length++) {
    await turnedDown(t, file.subarray(0, length), 'ERR_CHECKPOINT_FORMAT', /truncated/)
  }
})
