/** Which flavour is for which GPU. */

import test from 'ava'
import { compareVersions, flavourFor, runsOn } from '#dist/tensorrt/index.js'

const expected = {
  '6.1': undefined,
  '7.0': undefined,
  '7.5': 'rtx',
  '8.0': 'enterprise',
  '8.6': 'rtx',
  '8.9': 'rtx',
  '9.0': 'enterprise',
  '10.0': 'enterprise',
  '10.3': 'enterprise',
  '12.0': 'rtx',
  '12.1': 'rtx',
} as const

for (const [computeCapability, flavour] of Object.entries(expected)) {
  test(`compute capability ${computeCapability} is for ${flavour ?? 'none'}`, (t) => {
    t.is(flavourFor([{ computeCapability }]), flavour)
    if (flavour) t.true(runsOn(flavour, computeCapability))
  })
}

test('without a GPU it is RTX, which builds without one', (t) => t.is(flavourFor([]), 'rtx'))

test('versions compare number by number', (t) => {
  t.true(compareVersions('1.10', '1.9.9') > 0)
  t.true(compareVersions('12.2', '13.0') < 0)
  t.is(compareVersions('1.7.1', '1.7.1'), 0)
  t.true(compareVersions('1.7', '1.7.1') < 0)
})
