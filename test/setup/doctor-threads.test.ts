/** What the doctor says of threads. */

import test from 'ava'
import { reportThreads } from '#dist/setup/doctor.js'
import { Report, type Diagnosis } from '#dist/setup/report.js'

test('fewer threads of libuv than cores are told of, with what to set', (t) => {
  const said = (libuv: number): Diagnosis => {
    const report = new Report()
    reportThreads(report, { libuv, cores: 16 })
    return report.diagnosis()
  }
  t.like(said(20), { works: true, remedy: undefined, findings: [{ state: 'works', says: '20 of libuv for 16 cores' }] })
  t.like(said(4), { works: true, findings: [{ state: 'warning' }] })
  t.regex(said(4).remedy!, /UV_THREADPOOL_SIZE=16/)
})
