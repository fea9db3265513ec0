#!/usr/bin/env node
/**
 * Entry of the `pdfnet-trt` command: gives libuv as many threads as sharp can use. In CommonJS, since Node 20 has begun
 * those threads, four of them, before the first line of an ES module runs.
 */

import os = require('node:os')

/** That files are opened and written on while all cores decode and encode. */
const forFiles = 4

process.env.UV_THREADPOOL_SIZE ||= `${os.availableParallelism() + forFiles}`
void import('./main.js')
