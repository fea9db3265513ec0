#!/usr/bin/env node
/** Entry of the `pdfnet-trt` command. */

import { run } from './run.js'

process.exitCode = await run(process.argv)
