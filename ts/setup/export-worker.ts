/** The thread that exports a network. */

import { exportModel, type ExportOptions } from '../models/index.js'
import { serve } from '../store/index.js'

await serve((job: ExportOptions, onProgress, signal) => exportModel({ ...job, onProgress, signal }))
