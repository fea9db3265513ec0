/** The steps that bring a batch of pictures through a chain, and the memory that its results are written to. */

import { badArgument, PdfnetError } from '../errors.js'
import type { Binding, NativeModel, Step, TensorInfo } from '../native.js'
import { allocateTensor, byteLength, tensorOf, type Shape, type Tensor } from '../tensor.js'
import type { ChainItem, MatteType, Size } from './chain-items.js'
import { depthSize } from './depth-size.js'

/** One graph of a chain, as it lies on the disk. */
export interface ChainStage {
  /** `pre`, `depth-pre`, `depth`, `pre-depth`, `core`, `core-N` for a batch of N, or `post-TYPE`. */
  readonly name: string
  /** Absolute path of its ONNX file, or of its plan. */
  readonly path: string
  /** Of each input that another graph writes: `GRAPH/OUTPUT`. All others are the caller's to give. */
  readonly from: Readonly<Record<string, string>>
}

/** What a stage's time counts as. */
type Part = 'pre' | 'depth' | 'core' | 'post'

export interface Program {
  readonly steps: readonly Step[]
  /** Of each step: for which picture (all of them: the core's), and what its time counts as. */
  readonly parts: readonly { readonly part: Part; readonly item?: number }[]
  readonly mattes: readonly Tensor[]
  readonly depths: readonly (Tensor | undefined)[]
}

interface OpenedStage extends ChainStage {
  readonly model: number
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
}

/** Where a tensor between two graphs lies: every slot of the core's batch has a part of it. */
interface Place {
  readonly buffer: number
  readonly offset: number
}

/** The caller's tensors, by input. */
type Feed = Readonly<Record<string, Tensor>>

/** What one stage's turn differs in. */
interface Turn {
  readonly feed?: Feed
  /** Of inputs that other graphs write and whose shapes the model leaves open. */
  readonly shapes?: Readonly<Record<string, Shape>>
  /** The sizes that its outputs' shapes leave open, in order. */
  readonly unknown?: Shape
  /** Where copies of outputs go. */
  readonly results?: Readonly<Record<string, Uint8Array>>
  /** Slots of the core's batch that it reads and writes. What only this picture's graphs use has just one. */
  readonly from?: number
  readonly to?: number
}

export class Programs {
  private readonly stages: ReadonlyMap<string, OpenedStage>
  private readonly cores: readonly OpenedStage[]
  private readonly buffers = new Map<string, number>()

  constructor(stages: readonly ChainStage[], models: readonly NativeModel[]) {
    const opened = stages.map((stage, model) => ({ ...stage, ...models[model]!, model }))
    this.stages = new Map(opened.map((stage) => [stage.name, stage]))
    this.cores = opened.filter(({ name }) => /^core(-\d+)?$/.test(name)).sort((one, other) => slots(one) - slots(other))
    for (const name of ['pre', 'core', 'post-uint8', 'post-uint16', 'post-float32']) {
      if (!this.stages.has(name)) throw new PdfnetError('ERR_INTERNAL', `the chain has no graph ${name}`)
    }
  }

  /** Pictures that each core takes, ascending. */
  get sizes(): readonly number[] {
    return this.cores.map(slots)
  }

  get needsDepth(): boolean {
    return this.stages.has('pre-depth') && !this.stages.has('depth')
  }

  /** Throws ERR_ARGUMENT where the chain wants depth that the item does not have. */
  make(items: readonly ChainItem[]): Program {
    const core = this.cores.find((one) => slots(one) >= items.length)
    if (!core || items.length === 0) throw badArgument('items', `1 to ${this.sizes.at(-1)!} pictures`, items.length)
    const program = new Draft()
    items.forEach((item, slot) => this.before(item, slot, program))
    program.add('core', undefined, this.step(core, {}))
    items.forEach((item, slot) => this.after(item, slot, program))
    return program
  }

  private before(item: ChainItem, slot: number, program: Draft): void {
    const { picture } = item
    const image: Tensor = { dtype: 'uint8', shape: [picture.height, picture.width, 3], data: picture.data }
    program.add('pre', slot, this.step(this.stages.get('pre')!, { feed: { image }, to: slot }))
    const preDepth = this.stages.get('pre-depth')
    if (!preDepth) return
    const depth = item.depth ? givenDepth(item.depth) : this.inferDepth(item, image, slot, program)
    const feed: Feed = item.depth ? { depth } : {}
    program.add('depth', slot, this.step(preDepth, { feed, shapes: { depth: depth.shape }, to: slot }))
  }

  /** The depth network's own map, which stays on the device unless it is wanted. */
  private inferDepth(item: ChainItem, image: Tensor, slot: number, program: Draft): Tensor {
    const [before, network] = [this.stages.get('depth-pre'), this.stages.get('depth')]
    if (!before || !network) throw badArgument('depth', 'pseudo-depth, since the model has no depth network', undefined)
    const [, , fixedHeight = -1, fixedWidth = -1] = network.inputs[0]!.shape
    const { width, height } = fixedHeight > 0 ? { width: fixedWidth, height: fixedHeight } : depthSize(item.picture)
    const unknown = [height, width]
    const size = sizeTensor({ width, height })
    program.add('depth', slot, this.step(before, { feed: { image, size }, unknown }))
    const [input, output] = [network.inputs[0]!, network.outputs[0]!]
    const map = { dtype: output.dtype, shape: resolve(output.shape, unknown) }
    const wanted = item.wantDepth ? allocateTensor(map.dtype, map.shape) : undefined
    if (wanted) program.depths[slot] = { ...wanted, shape: [height, width] }
    const shapes = { [input.name]: resolve(input.shape, unknown) }
    const results = wanted ? { [output.name]: wanted.data } : {}
    program.add('depth', slot, this.step(network, { shapes, unknown, results }))
    return { ...map, data: new Uint8Array(0) }
  }

  private after({ picture, type, into }: ChainItem, slot: number, program: Draft): void {
    const stage = this.stages.get(`post-${type satisfies MatteType}`)!
    const { width, height } = picture
    const output = stage.outputs[0]!
    const shape = [height, width]
    const matte = into ? { dtype: type, shape, data: into } : allocateTensor(type, shape)
    program.mattes.push(matte)
    const feed: Feed = { size: sizeTensor(picture) }
    const inputs = stage.inputs.map((info) => this.input(stage, info, { feed, from: slot }))
    const outputs = [{ name: output.name, shape: resolve(output.shape, shape), data: matte.data }]
    program.add('post', slot, { model: stage.model, inputs, outputs })
  }

  private step(stage: OpenedStage, turn: Turn): Step {
    const { unknown = [], results = {}, to = 0 } = turn
    const graph = this.cores.includes(stage) ? 'core' : stage.name
    const outputs = stage.outputs.map((info) => {
      const shape = resolve(info.shape, unknown)
      const data = results[info.name]
      return { name: info.name, shape, ...this.place(`${graph}/${info.name}`, info, shape, to), ...(data && { data }) }
    })
    return { model: stage.model, inputs: stage.inputs.map((info) => this.input(stage, info, turn)), outputs }
  }

  private input(stage: OpenedStage, info: TensorInfo, { feed = {}, shapes = {}, from = 0 }: Turn): Binding {
    const { name } = info
    const given = feed[name]
    if (given) return { name, shape: given.shape, data: given.data }
    const edge = stage.from[name]
    if (edge === undefined) throw new PdfnetError('ERR_INTERNAL', `nothing feeds the input ${name} of ${stage.name}`)
    const shape = shapes[name] ?? info.shape
    return { name, shape, ...this.place(edge, info, shape, from) }
  }

  private place(edge: string, { dtype }: TensorInfo, shape: Shape, slot: number): Place {
    const buffer = this.buffers.get(edge) ?? this.buffers.size
    this.buffers.set(edge, buffer)
    return { buffer, offset: slot * byteLength(dtype, shape) }
  }
}

class Draft implements Program {
  readonly steps: Step[] = []
  readonly parts: { part: Part; item?: number }[] = []
  readonly mattes: Tensor[] = []
  readonly depths: (Tensor | undefined)[] = []

  add(part: Part, item: number | undefined, step: Step): void {
    this.steps.push(step)
    this.parts.push({ part, ...(item !== undefined && { item }) })
  }
}

/** Pictures of a run of the core. */
function slots({ inputs }: OpenedStage): number {
  return inputs[0]!.shape[0]!
}

/** A graph's unknown sizes are, in order, a height and a width. */
function resolve(shape: Shape, unknown: Shape): Shape {
  let next = 0
  return shape.map((size) => (size < 0 ? (unknown[next++] ?? size) : size))
}

function sizeTensor({ width, height }: Size): Tensor {
  return tensorOf('int64', [2], [height, width])
}

function givenDepth({ dtype, shape, data }: Tensor): Tensor {
  const fits = dtype === 'float32' && shape.length === 2 && shape.every((size) => size > 0)
  if (!fits) throw badArgument('depth', 'float32 [height, width]', `${dtype} [${shape.join(', ')}]`)
  return { dtype, shape: [1, ...shape], data }
}
