import test from 'ava'
import { buildEngine, type BuildOptions } from '#dist/runtime/index.js'

const range = { min: [1, 3], opt: [2, 3], max: [4, 3] }

const bad: Readonly<Record<string, unknown>> = {
  onnx: 7,
  output: '',
  library: 'relative/folder',
  profiles: { x: range },
  workspaceBytes: -1,
  optimizationLevel: 6,
  auxiliaryStreams: 1.5,
  targetCapabilities: ['9.0'],
}

for (const [name, value] of Object.entries(bad)) {
  test(`a bad ${name} is refused by name before anything is done`, async (t) => {
    const options = { onnx: '/nowhere.onnx', [name]: value } as unknown as BuildOptions
    const error = await t.throwsAsync(buildEngine(options), { code: 'ERR_ARGUMENT' })
    t.regex(error.message, new RegExp(`for ${name}\\b`))
  })
}

test('a profile whose sizes do not grow from min over opt to max is refused', async (t) => {
  for (const wrong of [
    { ...range, opt: [0, 3] },
    { ...range, max: [1, 3] },
    { ...range, max: [4] },
    { ...range, min: [1, '3'] },
  ]) {
    const options = { onnx: '/nowhere.onnx', profiles: [{ x: wrong }] } as unknown as BuildOptions
    await t.throwsAsync(buildEngine(options), { code: 'ERR_ARGUMENT', message: /profiles\[0\]\.x/ })
  }
})
