/** What differs from one PDFNet to the next, and the weights that each has. */

import { badArgument } from '../errors.js'
import { areFour, checkFields, isCount, parseFields } from './config.js'
import { isSwinBuffer, readSwin, swinShapes, type SwinArchitecture } from './swin-architecture.js'
import { checkWeights, type Weights, type WeightShapes } from './weights.js'

export interface PdfnetArchitecture {
  readonly encoder: SwinArchitecture
  /** Channels of every map in the decoder. */
  readonly emb: number
}

/** The authors' own: a Swin-B. */
export const fullPdfnet: PdfnetArchitecture = {
  encoder: { embedDim: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], window: 12, positions: [56, 56] },
  emb: 128,
}

/** Every weight that the network uses, and the side outputs of its training. */
export function pdfnetShapes({ encoder, emb }: PdfnetArchitecture): WeightShapes {
  const shapes = swinShapes('encoder', encoder)
  const set = (name: string, ...shape: number[]) => shapes.set(name, shape)
  const conv = (name: string, from: number, to: number, side: number) => {
    set(`${name}.weight`, to, from, side, side)
    set(`${name}.bias`, to)
  }
  const crs = (name: string, from: number) => {
    conv(`${name}.0`, from, emb, 3)
    set(`${name}.1.weight`, emb)
  }
  encoder.depths.forEach((_, stage) => crs(`channel_mix${stage + 1}`, encoder.embedDim * 2 ** stage))
  crs('channel_mix', encoder.depths.length * emb)
  crs('Glob.0', emb)
  for (let level = 0; level < 4; level++) {
    const fse = `decoder.FSE_mix.${level}`
    for (const input of ['I', 'P', 'D']) crs(`${fse}.${input}_channelswich`, 2 * emb)
    for (const pair of ['IP', 'PI', 'ID', 'DI']) {
      set(`${fse}.${pair}.Att.in_proj_weight`, 3 * emb, emb)
      set(`${fse}.${pair}.Att.out_proj.weight`, emb, emb)
      for (const norm of ['Norm1', 'Norm2']) set(`${fse}.${pair}.${norm}.weight`, emb)
      for (const matrix of ['w1', 'w2', 'w3']) set(`${fse}.${pair}.FFN.${matrix}.weight`, emb, emb)
    }
    crs(`decoder.channel_mix.${level}`, 3 * emb)
  }
  conv('decoder.shallow.0', 6, emb, 4)
  for (const part of ['shallow.1', 'upsample1.0', 'upsample2.0']) crs(`decoder.${part}`, emb)
  for (let side = 0; side < 6; side++) conv(`decoder.Bside.${side}`, emb, 1, 3)
  return shapes
}

/** Of the losses and of the network's second head, which only training has. */
const training = /^(IntegrityPriorLoss|SSIMLoss|SiLogLoss|depth_decoder)\./

/**
 * Read off the weights' shapes. Throws ERR_MODEL_MISMATCH, which lists every weight that does not fit, and what of
 * `config` contradicts the weights.
 */
export function readPdfnet(weights: Weights, config: PdfnetConfig = {}): PdfnetArchitecture {
  const expected = architectureOf(config)
  const emb = ['Glob.0.1.weight', 'channel_mix.1.weight', 'channel_mix1.1.weight']
    .map((name) => weights.shape(name)?.[0])
    .find((size) => size !== undefined)
  const found = { encoder: readSwin(weights, 'encoder', expected.encoder), emb: emb ?? expected.emb }
  checkWeights('PDFNet', weights, pdfnetShapes(found), (name) => isSwinBuffer(name) || training.test(name))
  const { embedDim, depths, heads, window } = found.encoder
  checkFields(weights, config, {
    embed_dim: embedDim,
    depths,
    num_heads: heads,
    window_size: window,
    emb: found.emb,
  })
  return found
}

/** The fields of a configuration that say something of the network: those beside the authors' constructor. */
export interface PdfnetConfig {
  readonly embed_dim?: number
  readonly depths?: readonly number[]
  readonly num_heads?: readonly number[]
  readonly window_size?: number
  readonly pretrain_img_size?: number
  readonly emb?: number
  /** Of the picture: height and width. */
  readonly size?: number
}

const patch = 4

/** With the full network's in place of what is not given. */
export function architectureOf(config: PdfnetConfig): PdfnetArchitecture {
  const { encoder, emb } = fullPdfnet
  const side = config.pretrain_img_size === undefined ? undefined : Math.floor(config.pretrain_img_size / patch)
  return {
    encoder: {
      embedDim: config.embed_dim ?? encoder.embedDim,
      depths: config.depths ?? encoder.depths,
      heads: config.num_heads ?? encoder.heads,
      window: config.window_size ?? encoder.window,
      positions: side === undefined ? encoder.positions : [side, side],
    },
    emb: config.emb ?? emb,
  }
}

/** Other fields are passed over. Throws ERR_ARGUMENT. */
export function parsePdfnetConfig(value: unknown): PdfnetConfig {
  const config = parseFields<PdfnetConfig>(value, {
    embed_dim: ['a number of channels', isCount],
    depths: ['four numbers of blocks', areFour],
    num_heads: ['four numbers of heads', areFour],
    window_size: ['a number of tokens', isCount],
    pretrain_img_size: ['a number of pixels', isCount],
    emb: ['a number of channels', isCount],
    size: ['a number of pixels', isCount],
  })
  const { embedDim, heads } = architectureOf(config).encoder
  if (heads.some((count, stage) => (embedDim * 2 ** stage) % count !== 0)) {
    throw badArgument('config.num_heads', `divisors of ${embedDim}, and of its doubles stage by stage`, heads)
  }
  return config
}
