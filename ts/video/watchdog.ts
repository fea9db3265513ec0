/** Ends what gives no sign of life while it is waited for. */

export class Watchdog {
  private timer: NodeJS.Timeout | undefined
  private barked = false

  constructor(
    private readonly seconds: number,
    private readonly onStall: () => void,
  ) {}

  get hasStalled(): boolean {
    return this.barked
  }

  /** A sign of life is expected from now on. */
  watch(): void {
    if (this.timer) this.timer.refresh()
    else this.timer = setTimeout(() => this.bark(), this.seconds * 1000)
  }

  /** A sign of life, whether or not one is expected. */
  feed(): void {
    this.timer?.refresh()
  }

  /** It is we who are not listening. */
  rest(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private bark(): void {
    this.barked = true
    this.onStall()
  }
}
