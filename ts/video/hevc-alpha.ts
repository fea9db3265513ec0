/** Whether HEVC with alpha can be written here and read again: few builds can, and the others drop alpha silently. */

import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { PdfnetError } from '../errors.js'
import type { Codec } from './codecs.js'
import type { Programs } from './programs.js'

const quiet = ['-hide_banner', '-loglevel', 'quiet', '-protocol_whitelist', 'pipe,file']
const fragmented = ['-f', 'mov', '-movflags', '+frag_keyframe+empty_moov']

/** Milliseconds that a frame of 64×64 may take. */
const patience = 30_000

/** Rejects with ERR_OUTPUT_FORMAT. */
export async function checkHevcAlpha({ ffmpeg }: Programs, { arguments: args }: Codec, encoder: string): Promise<void> {
  const half = ['-f', 'lavfi', '-i', 'color=gray@0.5:s=64x64:r=25:d=0.04,format=yuva420p']
  const written = await run(ffmpeg, [
    ...half,
    '-c:v',
    encoder,
    ...args,
    '-pix_fmt',
    'yuva420p',
    ...fragmented,
    'pipe:1',
  ])
  const alone = ['-vf', 'extractplanes=a', '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1']
  const alpha = written.length > 0 ? await run(ffmpeg, ['-f', 'mov', '-i', 'pipe:0', ...alone], written) : written
  // Where it is lost, all is opaque.
  if (alpha.length > 0 && Math.abs(alpha[0]! - 128) <= 8) return
  const fault = written.length === 0 ? 'encodes none' : 'lost it between encoding and decoding'
  throw new PdfnetError('ERR_OUTPUT_FORMAT', `HEVC with alpha cannot be written: ${encoder} of this ffmpeg ${fault}`, {
    remedy: 'Use prores or qtrle (.mov), vp9 (.webm) or ffv1 (.mkv), which keep alpha here; or another build of FFmpeg',
  })
}

async function run(program: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  const child = spawn(program, [...quiet, ...args], { stdio: ['pipe', 'pipe', 'ignore'], timeout: patience })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined).end(input)
  return buffer(child.stdout).catch(() => Buffer.alloc(0))
}
