import test from 'ava'
import type { Capabilities, Capability } from '#dist/native.js'
import { chooseDevice } from '#dist/runtime/index.js'

const absent: Capability = { found: false, reason: 'not here' }
const enterprise: Capability = { found: true, reason: '', path: '/lib/libnvinfer.so.11', version: '11.2.1' }
const rtx: Capability = { found: true, reason: '', path: '/lib/libtensorrt_rtx.so.1', version: '1.7.1' }

/** A machine with GPUs of these compute capabilities. */
function machine(capabilities: readonly string[], change: Partial<Capabilities> = {}): Capabilities {
  const devices = capabilities.map((computeCapability, index) => {
    return { index, name: `GPU ${index}`, computeCapability, totalBytes: 8e9 }
  })
  return {
    cpu: { found: true, reason: '', path: '/lib/libonnxruntime.so.1', version: '1.30.0', cores: 2 },
    cuda: { found: devices.length > 0, reason: 'no NVIDIA driver', devices },
    tensorrt: { enterprise, rtx },
    ...change,
  }
}

for (const [capability, flavour] of [
  ['7.5', 'rtx'],
  ['8.0', 'enterprise'],
  ['8.6', 'rtx'],
  ['8.9', 'rtx'],
  ['9.0', 'enterprise'],
  ['10.0', 'enterprise'],
  ['12.0', 'rtx'],
] as const) {
  test(`a GPU of compute capability ${capability} is for ${flavour}, where both flavours are here`, (t) => {
    t.like(chooseDevice('auto', machine([capability])), { name: 'tensorrt', flavour, gpu: { index: 0 } })
  })
}

test('the other flavour is taken where it runs on the GPU and the fitting one is not here', (t) => {
  const tensorrt = { enterprise, rtx: absent }
  t.like(chooseDevice('auto', machine(['8.9'], { tensorrt })), { flavour: 'enterprise' })
  const onlyRtx = machine(['9.0'], { tensorrt: { enterprise: absent, rtx } })
  const choice = chooseDevice('auto', onlyRtx)
  t.is(choice.name, 'cpu')
  t.regex(choice.reason, /TensorRT, which the GPU 0, of compute capability 9\.0 needs, was not found/)
  t.throws(() => chooseDevice('tensorrt', onlyRtx), { code: 'ERR_LIBRARY_MISSING' })
})

test('without a GPU the CPU device is taken, and its reason says why; TensorRT by name is an error', (t) => {
  const choice = chooseDevice('auto', machine([]))
  t.like(choice, { name: 'cpu', library: '/lib/libonnxruntime.so.1', version: '1.30.0' })
  t.regex(choice.reason, /no NVIDIA driver/)
  t.throws(() => chooseDevice('tensorrt', machine([])), { code: 'ERR_DEVICE_MISSING', message: /no NVIDIA driver/ })
})

test('a GPU that is named and not there is an error, also for auto', (t) => {
  const two = machine(['8.9', '9.0'])
  t.like(chooseDevice('auto', two, 1), { flavour: 'enterprise', gpu: { index: 1 } })
  for (const device of ['auto', 'tensorrt'] as const) {
    t.throws(() => chooseDevice(device, two, 2), { code: 'ERR_DEVICE_MISSING', message: /no GPU 2 among 2/ })
  }
  t.is(chooseDevice('cpu', two, 2).name, 'cpu')
})

test('a GPU that TensorRT has no code for leaves the CPU device', (t) => {
  t.regex(chooseDevice('auto', machine(['7.0'])).reason, /begins at 7\.5/)
})

test('no device at all is an error that says what is missing', (t) => {
  const bare = machine([], { cpu: { found: false, reason: 'ONNX Runtime is not set up', cores: 2 } })
  t.throws(() => chooseDevice('auto', bare), { code: 'ERR_LIBRARY_MISSING', message: /ONNX Runtime is not set up/ })
})
