#!/usr/bin/env node
/** The `pdfnet-trt` command as a module, on as many threads of libuv as there are; `entry.cjs` gives it more. */

import { run } from './run.js'

process.exitCode = await run(process.argv)
