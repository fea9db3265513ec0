import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import sharp from 'sharp'
import { ready } from '../ready.js'
import { command } from './command.js'

const photo = 'test/fixtures/photos/chelsea.png'
const test = anyTest as TestFn<{ folder: string }>

test.beforeEach(async (t) => {
  t.context.folder = await mkdtemp(join(tmpdir(), 'matte-'))
})

test.afterEach.always((t) => rm(t.context.folder, { recursive: true }))

type Body = (t: ExecutionContext<{ folder: string }>, folder: string) => Promise<void>

function whenReady(body: Body) {
  return async (t: ExecutionContext<{ folder: string }>): Promise<void> => {
    if (await ready(t)) await body(t, t.context.folder)
  }
}

test(
  'a picture becomes a cut-out with its own pixels, and the device is said',
  whenReady(async (t, folder) => {
    const out = join(folder, 'cat.png')
    const { status, stdout, stderr } = await command(['matte', photo, '-o', out, '--no-foreground'])
    t.is(status, 0, stderr)
    t.regex(stdout, /chelsea\.png → .*cat\.png \(\d/)
    t.regex(stderr, /device: cpu \(1\.\d+\.\d+\), no GPU can be used: /)
    const own = await sharp(photo).raw().toBuffer()
    const cut = await sharp(out).removeAlpha().raw().toBuffer()
    t.true(own.equals(cut))
    t.deepEqual(await readdir(folder), ['cat.png'])
  }),
)

test(
  '--megapixels says how large pictures may be',
  whenReady(async (t, folder) => {
    const large = join(folder, 'large.png')
    await sharp(photo).resize(1200, 900, { kernel: 'nearest' }).toFile(large)
    const args = ['matte', large, '-o', join(folder, 'out.png'), '--megapixels']
    const { status, stderr } = await command([...args, '1'])
    t.is(status, 3)
    t.regex(stderr, /1200×900; expected at most 1000000 pixels.*ERR_INPUT_LIMIT/)
    t.is((await command([...args, '0'])).status, 2)
    t.deepEqual(await readdir(folder), ['large.png'])
  }),
)

test(
  'all outputs of a folder are written, a bad picture among good ones is told and the status says so',
  whenReady(async (t, folder) => {
    await mkdir(join(folder, 'in/deep'), { recursive: true })
    await copyFile(photo, join(folder, 'in/deep/cat.png'))
    await writeFile(join(folder, 'in/bad.jpg'), 'no picture')
    const args = [
      'matte',
      join(folder, 'in'),
      '-o',
      join(folder, 'out'),
      '--output',
      'all',
      '--background',
      '#fff',
      '--json',
    ]
    const { status, stdout } = await command(args)
    t.is(status, 9)
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    t.is(reports.length, 3)
    t.like(reports[2], { summary: { done: 1, skipped: 0, failed: 1, left: 0 } })
    t.like(
      reports.find(({ error }) => error),
      { input: join(folder, 'in/bad.jpg'), error: { code: 'ERR_INPUT_FORMAT' } },
    )
    t.like(
      reports.find(({ outputs }) => outputs),
      { width: 451, height: 300, model: 'isnet', device: { name: 'cpu' } },
    )
    t.deepEqual((await readdir(join(folder, 'out/deep'))).sort(), [
      'cat.alpha.png',
      'cat.composite.png',
      'cat.cutout.png',
    ])
    t.deepEqual((await readdir(join(folder, 'out'))).sort(), ['deep', 'pdfnet-trt.jsonl'])
    t.like(await sharp(join(folder, 'out/deep/cat.alpha.png')).metadata(), { channels: 1, depth: 'uchar' })
    t.like(await sharp(join(folder, 'out/deep/cat.composite.png')).metadata(), { channels: 3, hasAlpha: false })
  }),
)

test(
  'a composite over the blurred original is cropped to the subject, in the format that was asked for',
  whenReady(async (t, folder) => {
    const flags = ['--background', 'blur', '--crop', '0.1', '--format', 'webp', '--effort', '1', '--keep-metadata']
    const { status, stderr } = await command(['matte', photo, '-o', `${folder}/`, ...flags])
    t.is(status, 0, stderr)
    t.deepEqual(await readdir(folder), ['chelsea.webp'])
    const { format, width, height } = await sharp(join(folder, 'chelsea.webp')).metadata()
    t.is(format, 'webp')
    t.true(width <= 451 && height <= 300)
  }),
)

test('flags that cannot be met are refused before any work', async (t) => {
  const out = join(t.context.folder, 'x.png')
  for (const [flags, said, status] of [
    [['--format', 'jpeg'], /JPEG has no alpha/, 4],
    [['--format', 'webp', '-o', out], /expected png, as .* for --format/, 2],
    [['--effort', '12'], /whole number from 1 to 9/, 2],
    [['--crop', 'wide'], /share/, 2],
    [['--output', 'mask'], /Allowed choices/, 2],
    [['--output', 'depth'], /isnet takes no pseudo-depth/, 2],
    [['--output', 'uncertainty', '--crop'], /that can be cropped/, 2],
    [['--watch'], /expected a folder with --watch for -o/, 2],
    [['--watch', '-o', t.context.folder], /expected folders with --watch/, 2],
    [['--concurrency', 'many'], /whole number/, 2],
  ] as const) {
    const ending = await command(['matte', photo, ...flags])
    t.is(ending.status, status, flags.join(' '))
    t.regex(ending.stderr, said)
  }
})

test(
  'standard input becomes a PNG on standard output, and nothing else is there',
  whenReady(async (t) => {
    const input = await readFile(photo)
    const child = await command(['matte', '-', '-o', '-', '--output', 'alpha'], { input })
    t.is(child.status, 0, child.stderr)
    t.true(child.stdout.slice(1).startsWith('PNG'))
  }),
)

test(
  'Ctrl-C during a run ends with 130, without a signal, and leaves nothing behind',
  whenReady(async (t, folder) => {
    const { status, signal } = await command(['matte', photo, '-o', join(folder, 'cat.png')], {
      during: (child) =>
        child.stderr?.on('data', (text: Buffer) => {
          if (text.includes('device:')) setTimeout(() => child.kill('SIGINT'), 300)
        }),
    })
    t.deepEqual({ status, signal }, { status: 130, signal: null })
    t.deepEqual(await readdir(folder), [])
  }),
)

test(
  'Ctrl-C in a folder finishes what is in flight and says what is left; the same command goes on with that',
  whenReady(async (t, folder) => {
    const count = 8
    await mkdir(join(folder, 'in'))
    for (let index = 0; index < count; index++) await copyFile(photo, join(folder, `in/${index}.png`))
    const flags = ['matte', join(folder, 'in'), '-o', join(folder, 'out'), '--output', 'alpha', '--json']
    const lines = (text: string): Record<string, unknown>[] =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    const { status, signal, stdout } = await command(flags, {
      during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    })
    t.deepEqual({ status, signal }, { status: 130, signal: null })
    const ended = lines(stdout).length - 1
    t.like(lines(stdout).at(-1), { summary: { done: ended, failed: 0, left: count - ended } })
    const written = (await readdir(join(folder, 'out'))).filter((name) => name !== 'pdfnet-trt.jsonl')
    t.is(written.length, ended)
    const again = await command(flags)
    t.is(again.status, 0)
    t.like(lines(again.stdout).at(-1), { summary: { done: count - ended, skipped: ended, left: 0 } })
  }),
)

test(
  'a full disk leaves nothing half-written and says what could not be written',
  whenReady(async (t, folder) => {
    const out = join(folder, 'cat.png')
    const { status, stderr } = await command(['matte', photo, '-o', out], { under: ['prlimit', '--fsize=20000'] })
    t.is(status, 4)
    t.regex(stderr, /cat\.png.*ERR_OUTPUT_WRITE/)
    t.deepEqual(await readdir(folder), [])
  }),
)

test(
  'an output folder that cannot be made is told',
  whenReady(async (t, folder) => {
    await writeFile(join(folder, 'file'), '')
    const { status, stderr } = await command(['matte', photo, '-o', join(folder, 'file/cat.png')])
    t.is(status, 4)
    t.regex(stderr, /file could not be made.*ERR_OUTPUT_WRITE/)
  }),
)

test('exit statuses differ by the kind of failure', async (t) => {
  const { folder } = t.context
  const status = async (...args: string[]): Promise<number | null> => {
    const ending = await command(args, { env: { PDFNET_TRT_STORE: join(folder, 'store') } })
    t.is(ending.signal, null)
    t.regex(ending.stderr, /error/)
    return ending.status
  }
  t.is(await status('matte', join(folder, 'absent.jpg')), 3)
  t.is(await status('matte', photo, '-o', join(folder, 'x.bmp')), 4)
  t.is(await status('matte', photo, '--model', 'unknown', '-o', join(folder, 'x.png')), 5)
  t.is(await status('matte', photo, '--device', 'cpu', '-o', join(folder, 'x.png')), 6)
  t.is(await status('matte', photo, '--device', 'tensorrt', '-o', join(folder, 'x.png')), 6)
  t.is(await status('matte', photo, '--nonsense'), 2)
  t.is(await status('nonsense'), 2)
})

test('a map that is given needs no depth network, and without one the network is asked for', async (t) => {
  const pdfnet = ['matte', photo, '-m', 'pdfnet', '--device', 'cpu', '--weights', join(t.context.folder, 'none.pth')]
  const given = await command([...pdfnet, '--depth', photo])
  t.is(given.status, 3)
  t.regex(given.stderr, /none\.pth/)
  const lacking = await command(pdfnet)
  t.is(lacking.status, 2)
  t.regex(lacking.stderr, /--depth-weights/)
})
