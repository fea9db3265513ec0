/** The synthetic set: the same on every machine, true to its own equation, and known in its motion. */

import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import sharp from 'sharp'

interface Request {
  readonly kind: string
  readonly seed: number
  readonly size: number
  readonly frame: number
}
interface Planes {
  readonly alpha: Uint16Array
  readonly foreground: Uint8Array
  readonly background: Uint8Array
  readonly composite: Uint8Array
  readonly flow?: Float32Array
}

const scripts = new URL('../../../scripts/', import.meta.url)
const load = (name: string): Promise<unknown> => import(new URL(name, scripts).href)
const { renderScene } = (await load('synthetic/render.mjs')) as {
  renderScene: (request: Request, options?: { motion?: boolean }) => Promise<Planes>
}
const { kindOfSeed } = (await load('synthetic/scene.mjs')) as { kindOfSeed: (seed: number) => string }
const { parseSeeds } = (await load('synthetic/arguments.mjs')) as { parseSeeds: (text: string) => number[] }
const { Random, sinTurn } = (await load('synthetic/random.mjs')) as {
  Random: new (seed: number, stream: number) => { next: () => number }
  sinTurn: (turns: number) => number
}

/** Of alpha and composite at 128 × 128; a change of them makes figures of other versions incomparable. */
const known = {
  wires: 'f2a758a2bb6b0516',
  mesh: 'afe118c9ab6e3e99',
  hair: '676b577c4592e280',
  soft: '615556877b540850',
  glass: '070b77aa51b523b2',
}

const size = 128
const kinds = Object.keys(known) as (keyof typeof known)[]

const scenes: Planes[] = []
for (const [index, kind] of kinds.entries()) scenes.push(await renderScene({ kind, seed: index + 1, size, frame: 0 }))

for (const [index, kind] of kinds.entries()) {
  const { alpha, foreground, background, composite } = scenes[index]!

  test(`seed ${index + 1} makes the same scene of ${kind} on every machine`, (t) => {
    t.is(createHash('sha256').update(alpha).update(composite).digest('hex').slice(0, 16), known[kind])
  })

  test(`a scene of ${kind} has an object, a background and what is between them, and obeys its equation`, (t) => {
    const share = (holds: (value: number) => boolean): number => alpha.filter(holds).length / alpha.length
    t.true(share((value) => value === 65535) > 0.03)
    t.true(share((value) => value === 0) > 0.3)
    t.true(share((value) => value > 0 && value < 65535) > 0.01)
    let worst = 0
    for (let sample = 0; sample < composite.length; sample++) {
      const a = alpha[Math.floor(sample / 3)]! / 65535
      if (a === 0 && foreground[sample] !== 0) worst = Infinity
      const expected = a * foreground[sample]! + (1 - a) * background[sample]!
      worst = Math.max(worst, Math.abs(expected - composite[sample]!))
    }
    t.true(worst <= 0.5, `off by ${worst}`)
  })
}

test('kinds take turns, so that twenty seeds are four scenes of each', (t) => {
  const all = parseSeeds('1-20').map(kindOfSeed)
  for (const kind of kinds) t.is(all.filter((name) => name === kind).length, 4)
  t.deepEqual(parseSeeds('3,5-7,101'), [3, 5, 6, 7, 101])
})

test('seeds that are none are named', (t) => {
  for (const text of ['', '0', '5-3', 'x', '1-', '-2', '1-999999999']) {
    t.throws(() => parseSeeds(text), { message: /expected seeds from 1 like 1-20/ })
  }
})

test('draws are spread evenly, and streams differ', (t) => {
  const draw = (stream: number): number[] => {
    const random = new Random(7, stream)
    return Array.from({ length: 4000 }, () => random.next())
  }
  const [one, two] = [draw(1), draw(2)]
  for (const draws of [one, two]) t.true(Math.abs(draws.reduce((sum, value) => sum + value, 0) / 4000 - 0.5) < 0.02)
  t.true(one.filter((value, index) => Math.abs(value - two[index]!) < 0.01).length < 160)
})

test('the sine agrees with the one of Math', (t) => {
  for (let turns = -3; turns < 3; turns += 0.0137) {
    t.true(Math.abs(sinTurn(turns) - Math.sin(2 * Math.PI * turns)) < 1e-6, String(turns))
  }
})

test('motion leads from each opaque pixel to one of the next frame', async (t) => {
  const request = { kind: 'mesh', seed: 2, size: 256 }
  const [now, next] = await Promise.all([
    renderScene({ ...request, frame: 5 }, { motion: true }),
    renderScene({ ...request, frame: 6 }),
  ])
  let [moved, followed, still, opaque] = [0, 0, 0, 0]
  for (let at = 0; at < now.alpha.length; at++) {
    if (now.alpha[at] !== 65535) continue
    const [x, y] = [(at % 256) + now.flow![2 * at]!, Math.floor(at / 256) + now.flow![2 * at + 1]!]
    opaque++
    moved += Math.hypot(now.flow![2 * at]!, now.flow![2 * at + 1]!)
    followed += 65535 - next.alpha[Math.round(y) * 256 + Math.round(x)]!
    still += 65535 - next.alpha[at]!
  }
  t.true(moved / opaque > 0.5, `the object moves ${moved / opaque} pixels`)
  t.true(followed < 0.6 * still, `${followed} against ${still}`)
})

test('a sequence is written as files that hold what was rendered', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-synthetic-'))
  try {
    const args = ['--out', folder, '--kind', 'glass', '--seeds', '9', '--size', '64', '--frames', '2']
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
    t.is(status, 0, stderr)
    t.deepEqual(await readdir(folder), ['glass-9'])
    const planes = await renderScene({ kind: 'glass', seed: 9, size: 64, frame: 1 }, { motion: true })
    const file = (name: string): string => join(folder, 'glass-9', name)
    const alpha = sharp(file('alpha-0001.png')).toColourspace('grey16').raw({ depth: 'ushort' })
    t.deepEqual(await alpha.toBuffer(), Buffer.from(planes.alpha.buffer))
    for (const name of ['composite', 'foreground', 'background'] as const) {
      t.deepEqual(
        await sharp(file(`${name}-0001.png`))
          .raw()
          .toBuffer(),
        Buffer.from(planes[name].buffer),
        name,
      )
    }
    const flow = await readFile(file('flow-0001.flo'))
    t.deepEqual([flow.readFloatLE(0), flow.readInt32LE(4), flow.readInt32LE(8)], [202021.25, 64, 64])
    t.deepEqual(flow.subarray(12), Buffer.from(planes.flow!.buffer))
    const record = JSON.parse(await readFile(file('scene.json'), 'utf8')) as { sha256: { alpha: string }[] }
    t.is(record.sha256[1]!.alpha, createHash('sha256').update(planes.alpha).digest('hex'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

const script = fileURLToPath(new URL('synthetic.mjs', scripts))

for (const [flags, message] of [
  [[], /usage: /],
  [['--out', 'x', '--kind', 'wood'], /expected kinds of wires,mesh,hair,soft,glass, got "wood"/],
  [['--out', 'x', '--size', '10'], /expected a whole number from 64 to 16384 for --size, got "10"/],
  [['--out', 'x', '--frames', '1.5'], /for --frames/],
  [['--out', 'x', '--backgrounds', fileURLToPath(scripts)], /there is no photograph in /],
] as const) {
  test(`a rendering with ${flags.join(' ').slice(0, 30) || 'no flags'} is refused`, (t) => {
    const { status, stderr } = spawnSync(process.execPath, [script, ...flags], { encoding: 'utf8' })
    t.is(status, 1)
    t.regex(stderr, message)
  })
}
