/** A program that mattes the video of its arguments and, once 150 frames are done, says its encoder's process. */

import { execFileSync } from 'node:child_process'
import { matteVideo, type VideoOptions } from '#dist/video/index.js'
import { RedChain } from '../matting/red-chain.js'
import { redMatting } from './clips.js'

const [input, output, options] = process.argv.slice(2) as [string, string, string]
const slow = new RedChain()
slow.milliseconds = 4
let isSaid = false

await matteVideo(redMatting(slow), input, output, {
  ...(JSON.parse(options) as VideoOptions),
  onProgress: ({ frames }) => {
    if (frames < 150 || isSaid) return
    isSaid = true
    const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    const encoder = children.split('\n').find((line) => line.includes('.partial.'))
    console.log(Number.parseInt(encoder ?? '', 10))
  },
})
