/** Thrown by a step that cannot be done here: its message says why. */

export class Skipped extends Error {}
