/** How TensorRT Enterprise is installed: it comes from NVIDIA's own indexes only, so the user runs the command. */

import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { compareVersions } from '../tensorrt/index.js'

export const enterpriseTerms = 'https://docs.nvidia.com/deeplearning/tensorrt/latest/reference/sla.html'

/** What it can be installed with here. */
export interface Installers {
  /** Whether apt knows a repository of NVIDIA's. */
  readonly apt: boolean
  /** `managed`: pip is there, but the system's Python takes no packages from it. */
  readonly pip: 'plain' | 'managed' | 'none'
}

/**
 * The one command that fits, in a shell's words.
 * @param cuda the driver's CUDA version; undefined where there is no GPU
 */
export function installCommand({ apt, pip }: Installers, cuda: string | undefined): string {
  const isNew = cuda === undefined || compareVersions(cuda, '13.0') >= 0
  // What apt would take is for the newest CUDA.
  if (apt && isNew) return 'sudo apt-get install libnvinfer11 libnvonnxparsers11'
  const wheel = `'tensorrt-cu${isNew ? '13' : '12'}-libs==11.*'`
  const install = 'python3 -m pip install --no-deps --index-url https://pypi.nvidia.com'
  if (pip === 'plain') return `${install} ${wheel}`
  const folder = join(homedir(), '.local/lib/tensorrt')
  if (pip === 'managed') {
    return `${install} --target '${folder}' ${wheel} && export TENSORRT_ROOT='${folder}/tensorrt_libs'`
  }
  return `tar -xzf TensorRT-11.*.tar.gz -C '${folder}' --strip-components=1 && export TENSORRT_ROOT='${folder}'`
}

/** Where the file for the last of those commands is. */
export const enterpriseDownload = 'https://developer.nvidia.com/tensorrt'

export async function findInstallers(): Promise<Installers> {
  const [apt, pip] = await Promise.all([hasRepository(), findPip()])
  return { apt, pip }
}

const aptFolder = '/etc/apt/sources.list.d'

async function hasRepository(): Promise<boolean> {
  const names = await readdir(aptFolder).catch(() => [])
  const lists = names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(aptFolder, name))
  const texts = await Promise.all(lists.map((file) => readFile(file, 'utf8').catch(() => '')))
  return texts.some((text) =>
    /developer\.download\.nvidia\.com\/compute\/cuda\/repos|nv-tensorrt-local-repo/.test(text),
  )
}

const question = [
  'import importlib.util, os, sys, sysconfig',
  'marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")',
  'managed = sys.prefix == sys.base_prefix and os.path.exists(marker)',
  'print("none" if importlib.util.find_spec("pip") is None else "managed" if managed else "plain")',
].join('\n')

async function findPip(): Promise<Installers['pip']> {
  const said = await new Promise<string>((resolve) => {
    execFile('python3', ['-I', '-c', question], { timeout: 5000, cwd: '/', killSignal: 'SIGKILL' }, (error, stdout) =>
      resolve(error ? '' : stdout.trim()),
    )
  })
  return said === 'plain' || said === 'managed' ? said : 'none'
}
