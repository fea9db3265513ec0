/** A network that is quick: it finds what is bright. */

import { GraphBuilder, writeOnnx } from '#dist/graph/index.js'

/** In the form of IS-Net's, whose recipe takes it, for pictures of `side` × `side`. */
export async function writeBrightness(path: string, side: number): Promise<void> {
  const graph = new GraphBuilder('brightness')
  const image = graph.input('input', 'float32', [1, 3, side, side])
  const gain = { kind: 'bytes', bytes: Buffer.from(Float32Array.of(8, 8, 8).buffer) } as const
  const weight = graph.weight('weight', 'float32', [1, 3, 1, 1], gain)
  const sum = graph.node('Conv', [image, weight])
  graph.output(graph.node('Sigmoid', [sum], {}, { name: 'output' }), 'float32', [1, 1, side, side])
  await writeOnnx(graph.build(), path)
}
