/** Whatever fails in a run or an opening, exactly those reject that it hits, with its code. */

import test from 'ava'
import { codes, failInTurn, freshGpu, openOn, outcomeOf, stages } from './faults.js'
import { floats, runOnce, valuesOf, type Settings } from './addon.js'
import type { NativeSession } from '#dist/native.js'

const anySize: Settings = { inputs: 'x:float32:-1', outputs: 'y:float32:-1' }

/** Larger than the one before it, so that the device needs more memory. */
async function run(session: NativeSession, ticket: number): Promise<void> {
  const values = new Array<number>(ticket * 100).fill(ticket)
  const output = floats('y', values)
  await runOnce(session, [floats('x', values)], [output], ticket)
  if (valuesOf(output).some((value) => value !== 2 * ticket + 1)) throw new Error('wrong values')
}

for (const stage of stages) {
  for (const code of codes) {
    const settings = { ...anySize, fail_at: stage, fail_code: code }

    test(`A run alone that fails at ${stage} rejects with ${code}`, (t) =>
      failInTurn(t, code, async (nth, gpu) => {
        const session = await openOn(gpu, { ...settings, fail_nth: nth })
        const alone = await outcomeOf(run(session, 1))
        // Where it did not fail, a later one could.
        const after = alone === 'done' ? alone : await outcomeOf(run(session, 2))
        await session.dispose()
        return { units: [[alone]], after }
      }))

    test(`Of runs that wait for one another only the one that fails at ${stage} rejects with ${code}`, (t) =>
      failInTurn(t, code, async (nth, gpu) => {
        const session = await openOn(gpu, { ...settings, fail_nth: nth })
        const outcomes = await Promise.all([1, 2, 3].map((ticket) => outcomeOf(run(session, ticket))))
        const after = outcomes.some((outcome) => outcome !== 'done') ? await outcomeOf(run(session, 4)) : 'done'
        await session.dispose()
        return { units: outcomes.map((outcome) => [outcome]), after }
      }))
  }
}

const openingCodes = ['ERR_LIBRARY_MISSING', 'ERR_LIBRARY_LOAD', 'ERR_ENGINE_OPEN', 'ERR_DEVICE_MISSING', ...codes]

for (const stage of ['open', 'load', 'stream', 'create']) {
  for (const code of openingCodes) {
    test(`An opening that fails at ${stage} rejects with ${code}, and the next one works or says what was lost`, async (t) => {
      const gpu = freshGpu()
      // A stream is the first model's; of the others the second fails.
      const which = stage === 'stream' ? 'one' : 'two'
      const settings = { [`${which}.fail_at`]: stage, [`${which}.fail_code`]: code }
      await t.throwsAsync(openOn(gpu, settings, ['/one', '/two']), { code })
      const next = openOn(gpu, anySize)
      if (code === 'ERR_GPU_LOST') {
        await t.throwsAsync(next, { code, message: new RegExp(`GPU ${gpu} was lost: the fake fails at ${stage}`) })
        return
      }
      const session = await next
      await t.notThrowsAsync(run(session, 1))
      await session.dispose()
    })
  }
}

for (const code of codes) {
  test(`A slot for which there is no memory throws ${code}, and runs work or say what was lost`, async (t) => {
    const session = await openOn(freshGpu(), { ...anySize, fail_at: 'pinned', fail_code: code })
    t.throws(() => session.slot(64), { code })
    t.is(await outcomeOf(run(session, 1)), code === 'ERR_GPU_LOST' ? code : 'done')
    if (code === 'ERR_GPU_LOST') t.throws(() => session.slot(64), { code })
    else t.is(session.slot(64).byteLength, 64)
    await session.dispose()
  })
}

test('A lost GPU ends all sessions on it, and no other', async (t) => {
  const [lost, other] = [freshGpu(), freshGpu()]
  const sessions = await Promise.all([
    openOn(lost, { ...anySize, fail_at: 'wait', fail_code: 'ERR_GPU_LOST' }),
    openOn(lost, anySize),
    openOn(other, anySize),
  ])
  const outcomes = []
  for (const session of sessions) outcomes.push(await outcomeOf(run(session, 1)))
  t.deepEqual(outcomes, ['ERR_GPU_LOST', 'ERR_GPU_LOST', 'done'])
  await Promise.all(sessions.map((session) => session.dispose()))
})
