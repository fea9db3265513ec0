import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { BenchReport } from '#dist/bench/index.js'
import { writeBrightness } from '../bench/networks.js'
import { temporaryFolder } from '../native/addon.js'
import { command } from './command.js'
import { storeWithCpu } from './store-with-cpu.js'

test('two configurations of a small network are measured, and written for programs and for people', async (t) => {
  const folder = await temporaryFolder(t)
  const env = await storeWithCpu(t, folder)
  if (!env) return
  const network = join(folder, 'a, small=network.onnx')
  await writeBrightness(network, 32)
  const args = ['bench', '--weights', network, '--size', '32', '--device', 'cpu', '--picture', '64x48', '--decoded']
  const rounds = ['--rounds', '2', '--runs', '3', '--warmup', '1', '-o', join(folder, 'out')]
  const versus = ['--versus', `weights=${network},batch=2,in-flight=4`]
  const { status, stdout, stderr } = await command([...args, ...rounds, ...versus, '--json'], { env })
  t.is(status, 0, stderr)
  const report = JSON.parse(stdout) as BenchReport
  t.is(report.picture, 'synthetic, 64×48, decoded before')
  const [one, other] = report.measured
  t.like(one, { pictures: 6, configuration: { size: [32, 32], inFlight: 1 }, device: { name: 'cpu' } })
  t.like(other, { pictures: 6, configuration: { batch: 2, inFlight: 4, weights: network } })
  t.is(report.ratio!.rounds.length, 2)
  t.deepEqual((await readdir(join(folder, 'out'))).sort(), ['bench.html', 'bench.json'])
  t.deepEqual(JSON.parse(await readFile(join(folder, 'out/bench.json'), 'utf8')), report)

  const plain = await command([...args, '--rounds', '1', '--duration', '0.1', '--warmup', '0'], { env })
  t.is(plain.status, 0, plain.stderr)
  for (const said of [/pictures\/s/, /p50 .* p90 .* p99/, /core /, /MB at its peak/, /load \d/])
    t.regex(plain.stdout, said)
})

test('what cannot be measured is refused by name', async (t) => {
  for (const [flags, said, status] of [
    [['--versus', 'batch'], /as device=cpu,batch=2/, 2],
    [['--versus', 'speed=2'], /unknown option '--speed'/, 2],
    [['--versus', 'rounds=2'], /for --versus/, 2],
    [['--versus', 'device=npu'], /Allowed choices.*for --versus/s, 2],
    [['--runs', '3', '--duration', '1'], /cannot be used with/, 2],
    [['--rounds', '0'], /for rounds/, 2],
    [['--duration', 'long'], /Expected seconds/, 2],
    [['--picture', 'absent.jpg'], /absent\.jpg/, 3],
    [['--picture', '0x7'], /for width/, 2],
    [['-m', 'unknown'], /no model is named/, 5],
    [['-m', 'pdfnet'], /--depth-weights/, 2],
  ] as const) {
    const ending = await command(['bench', ...flags])
    t.is(ending.status, status, `${flags.join(' ')}: ${ending.stderr}`)
    t.regex(ending.stderr, said)
  }
})
