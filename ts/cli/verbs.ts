/** The verbs, each loaded only when it is named: `doctor` answers without loading what decodes pictures. */

import type { Command } from 'commander'
import type { Start } from './run.js'

type MakeVerb = (start: Start) => Command

const verbs: Readonly<Record<string, () => Promise<MakeVerb>>> = {
  matte: async () => (await import('./matte.js')).matteVerb,
  video: async () => (await import('./video.js')).videoVerb,
  models: async () => (await import('./models.js')).modelsVerb,
  setup: async () => (await import('./setup.js')).setupVerb,
  'build-engine': async () => (await import('./build-engine.js')).buildEngineVerb,
  eval: async () => (await import('./eval.js')).evalVerb,
  bench: async () => (await import('./bench.js')).benchVerb,
  export: async () => (await import('./export.js')).exportVerb,
  doctor: async () => (await import('./doctor.js')).doctorVerb,
}

/** The verb of that name, or all of them where there is none: to list them, or to say what is wrong. */
export async function loadVerbs(name: string | undefined, start: Start): Promise<Command[]> {
  const named = name !== undefined && Object.hasOwn(verbs, name) ? [verbs[name]!] : Object.values(verbs)
  return Promise.all(named.map(async (load) => (await load())(start)))
}
