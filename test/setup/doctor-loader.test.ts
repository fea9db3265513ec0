/** What the doctor says of LD_LIBRARY_PATH: only what differs from what is used. */

import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { Capabilities } from '#dist/native.js'
import { reportLoader } from '#dist/setup/doctor-loader.js'
import { Report, type Finding } from '#dist/setup/report.js'

let root: string
test.before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'loader-')))
})
test.after.always(() => rm(root, { recursive: true }))
test.afterEach.always(() => delete process.env.LD_LIBRARY_PATH)

async function folderOf(name: string, ...files: readonly string[]): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder)
  await Promise.all(files.map((file) => writeFile(join(folder, file), '')))
  return folder
}

async function findings(path: string, used: { cuda?: string; enterprise?: string }): Promise<readonly Finding[]> {
  const at = (file?: string) => ({ found: file !== undefined, reason: '', ...(file !== undefined && { path: file }) })
  const found: Capabilities = {
    cpu: { ...at('/store/onnxruntime/libonnxruntime.so.1'), cores: 2 },
    cuda: { ...at(used.cuda), devices: [] },
    tensorrt: { enterprise: at(used.enterprise), rtx: at() },
  }
  process.env.LD_LIBRARY_PATH = path
  const report = new Report()
  await reportLoader(report, found)
  return report.diagnosis().findings
}

test.serial(
  'the driver and the TensorRT that are used are no shadows, under another name of their folders too',
  async (t) => {
    const driver = await folderOf('driver', 'libcuda.so.580.65.06', 'libcuda.so', 'libnvidia-ml.so.1')
    await symlink('libcuda.so.580.65.06', join(driver, 'libcuda.so.1'))
    const lib = await folderOf('lib', 'libnvinfer.so.11.2.1', 'libnvinfer_plugin.so.11', 'libnvonnxparser.so.11.2.1')
    await symlink(lib, join(root, 'linked'))
    const used = { cuda: join(driver, 'libcuda.so.580.65.06'), enterprise: join(lib, 'libnvinfer.so.11.2.1') }
    const path = [driver, join(root, 'nowhere'), lib, join(root, 'linked')].join(':')
    t.deepEqual(await findings(path, used), [])
  },
)

test.serial('another driver is one, but for a folder that comes after the one in use', async (t) => {
  const [used, other] = [await folderOf('used', 'libcuda.so.1'), await folderOf('other', 'libcuda.so.1')]
  const cuda = join(used, 'libcuda.so.1')
  t.deepEqual(await findings(`${used}:${other}`, { cuda }), [])
  const [shadow] = await findings(`${other}:${used}`, { cuda })
  t.like(shadow, {
    name: 'LD_LIBRARY_PATH',
    state: 'warning',
    says: `${other} (libcuda.so.1) wins wherever a library is loaded by its name`,
  })
})

test.serial('a TensorRT or ONNX Runtime in another folder is one', async (t) => {
  const lib = await folderOf('enterprise', 'libnvinfer.so.11.2.1')
  const [plugin, onnxruntime] = [
    await folderOf('plugin', 'libnvinfer_plugin.so.11'),
    await folderOf('onnxruntime', 'libonnxruntime.so.1'),
  ]
  const [shadow] = await findings(`${plugin}:${lib}:${onnxruntime}`, { enterprise: join(lib, 'libnvinfer.so.11.2.1') })
  t.true(shadow!.says.startsWith(`${plugin} (libnvinfer_plugin.so.11), ${onnxruntime} (libonnxruntime.so.1) wins`))
})
