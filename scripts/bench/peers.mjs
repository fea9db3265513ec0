/**
 * This package against @imgly/background-removal-node 1.4.5, which runs the same IS-Net weights: each in a warm process
 * of its own, pictures by turns, from file to cut-out PNG file.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { root, run } from '../steps.mjs'
import { median, spread, table } from './statistics.mjs'

const rounds = 7
const peerVersion = '1.4.5'
const [width, height] = [2917, 1945]
const here = (name) => fileURLToPath(new URL(name, import.meta.url))

export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'pdfnet-bench-'))
  const children = []
  try {
    const input = join(folder, 'photo.jpg')
    await sharp(join(root, 'test/fixtures/photos/coffee.png')).resize(width, height).jpeg({ quality: 90 }).toFile(input)
    await installPeer(folder)
    const peers = []
    for (const [name, ...args] of [
      ['pdfnet-trt', here('ours.mjs')],
      ['imgly', here('imgly.mjs'), folder],
    ]) {
      const child = fork(here('peer.mjs'), args, { cwd: folder })
      children.push(child)
      peers.push({ name, child, output: join(folder, `${name}.png`), results: [], ...(await answer(child)) })
      await cutOut(peers.at(-1), input)
    }
    for (let round = 0; round < rounds; round++) {
      for (const peer of peers) peer.results.push(await cutOut(peer, input))
    }
    return report(peers)
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  }
}

/** Its licence is the AGPL: it is installed and run in the throw-away folder, and nothing of it is kept. */
async function installPeer(folder) {
  const manifest = { name: 'peer', version: '1.0.0', private: true, overrides: { sharp: '0.33.5' } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const peer = `@imgly/background-removal-node@${peerVersion}`
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', peer], { cwd: folder })
}

async function answer(child) {
  const ended = new AbortController()
  const fail = (code) => ended.abort(new Error(`a peer ended with status ${code}`))
  child.once('exit', fail)
  try {
    const [message] = await once(child, 'message', { signal: ended.signal })
    return message
  } finally {
    child.off('exit', fail)
  }
}

async function cutOut({ child, output }, input) {
  child.send({ input, output })
  return answer(child)
}

function report([ours, theirs]) {
  const rows = [
    ['seconds a picture', ({ seconds }) => seconds, 2],
    ['longest event-loop delay beyond idle, ms', ({ longest }, { idle }) => Math.max(0, longest - idle), 1],
    ['peak RSS since the process began, MB', ({ peak }) => peak / 1e6, 0],
    ['RSS a second after a picture, MB', ({ steady }) => steady / 1e6, 0],
  ].map(([name, value, digits]) => {
    const [a, b] = [ours, theirs].map((peer) => peer.results.map((result) => value(result, peer)))
    return [name, spread(a, digits), spread(b, digits), (median(a) / median(b)).toFixed(2)]
  })
  const fixed = [
    ['seconds to open', ours.opening.toFixed(2), theirs.opening.toFixed(2), ''],
    ['p99 delay of the idle loop, ms', ours.idle.toFixed(2), theirs.idle.toFixed(2), ''],
  ]
  return [
    `A photograph of ${width}×${height} (\`coffee.png\` of the fixtures, enlarged by sharp, a JPEG), from its file to a`,
    `cut-out PNG file; IS-Net in FP16 weights on the CPU; each library in a warm process of its own, ${rounds} pictures by`,
    'turns after one to warm up; median (lowest–highest). The peer opens its model with its first picture.',
    '',
    table([['', 'pdfnet-trt', `@imgly/background-removal-node ${peerVersion}`, 'ratio'], ...rows, ...fixed]),
  ].join('\n')
}
