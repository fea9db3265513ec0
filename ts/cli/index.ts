/** The command line: one file a verb, and how all of them speak to a terminal, a pipe and a program. */

export { run } from './run.js'
