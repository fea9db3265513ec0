/** The verb `export`: a checkpoint, or another ONNX file, becomes an ONNX file or a chain of them. */

import { Command, Option } from 'commander'
import { badArgument } from '../errors.js'
import { architectureNames, ios, precisions, targets, type ExportOptions } from '../models/index.js'
import { exportModel } from '../setup/index.js'
import { parseSize, parseWhole } from './model-flags.js'
import type { Start } from './run.js'

interface Flags extends Omit<ExportOptions, 'model' | 'output'> {
  readonly out?: string
}

export function exportVerb(start: Start): Command {
  return new Command('export')
    .description('Write a network as ONNX, from a checkpoint of its authors: no Python is needed.')
    .argument('<model>', `one of ${architectureNames.join(', ')}, or an ONNX file and its recipe`)
    .option('--recipe <name>', 'for an ONNX file: what says what it takes and gives, as isnet')
    .option('--weights <file>', 'the checkpoint: .pth, .pt, .bin or .safetensors')
    .option('--random-weights <seed>', 'no checkpoint at all: for benchmarks and tests', parseWhole)
    .option('-o, --out <file>', 'the ONNX file, or the folder of a chain')
    .addOption(
      new Option('--io <kind>', "the network's tensors, or a picture and its matte by a chain")
        .choices(ios)
        .default('tensor'),
    )
    .addOption(new Option('--target <device>', 'what it is to run on').choices(targets).default('cpu'))
    .addOption(new Option('--precision <type>', 'of values and weights').choices(precisions).default('fp32'))
    .option('--size <pixels>', "the pictures' side, or height x width, as 1024 or 518x686; any: for depth", (text) =>
      text === 'any' ? text : parseSize(text),
    )
    .option('--batch <n>', 'pictures in a run', parseWhole, 1)
    .option('--config <file>', "the network's hyper-parameters, as JSON, where the weights do not tell them")
    .option('--json', 'one line of JSON')
    .action((model: string, { out, ...flags }: Flags) =>
      start(async (terminal, signal) => {
        if (out === undefined) throw badArgument('--out', 'the path of a file', out)
        const options = { ...flags, model, output: out, signal, onProgress: terminal.progress } as ExportOptions
        const exported = await exportModel(options)
        const { path, bytes, nodes } = exported
        terminal.result(`${path}\n  ${Math.round(bytes / 1e6)} MB, ${nodes} nodes`, exported)
        return 0
      }),
    )
}
