/** Sessions on a real GPU: node scripts/test-gpu.mjs. */

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { PdfnetError } from '#dist/errors.js'
import type { Session } from '#dist/runtime/index.js'
import { openPlans, reluPlan, runRelu, runTwice } from './help.js'

let plan: string
before(async () => {
  plan = await reluPlan()
})

const relu = (x: Float32Array): Float32Array => x.map((value) => Math.max(0, value))

async function withSession(session: Session, use: (session: Session) => Promise<void>): Promise<void> {
  try {
    await use(session)
  } finally {
    await session.dispose()
  }
}

for (const graphs of ['on', 'off']) {
  void test(`an engine gives what it should, run after run, with CUDA graphs ${graphs}`, async () => {
    await withSession(await openPlans([plan], { settings: { cuda_graphs: graphs } }), async (session) => {
      for (let run = 0; run < 5; run++) {
        const { x, y } = await runRelu(session)
        assert.deepEqual(y, relu(x))
      }
    })
  })
}

void test('what one engine leaves on the device the next one reads', async () => {
  await withSession(await openPlans([plan, plan]), async (session) => {
    for (let run = 0; run < 4; run++) {
      const { x, y } = await runTwice(session)
      assert.deepEqual(y, relu(x))
    }
  })
})

void test('instances run side by side, and each gives its own answer', async () => {
  await withSession(await openPlans([plan], { instances: 4 }), async (session) => {
    const results = await Promise.all(Array.from({ length: 12 }, () => runRelu(session)))
    for (const { x, y } of results) assert.deepEqual(y, relu(x))
  })
})

void test('an aborted run rejects with ERR_ABORTED, and the session goes on', async () => {
  await withSession(await openPlans([plan]), async (session) => {
    await assert.rejects(runRelu(session, AbortSignal.abort()), { code: 'ERR_ABORTED' })
    const { x, y } = await runRelu(session)
    assert.deepEqual(y, relu(x))
  })
})

void test('a disposed session ends its runs and refuses new ones', async () => {
  const session = await openPlans([plan])
  const runs = Promise.all([runRelu(session), runRelu(session)])
  const gone = session.dispose()
  await assert.rejects(runRelu(session), ({ code }: PdfnetError) => code === 'ERR_DISPOSED')
  for (const { x, y } of await runs) assert.deepEqual(y, relu(x))
  await gone
})
