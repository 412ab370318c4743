/** Lets one call of a step through, then none until the cool-down is over. One for all cameras of the step, as with the reference. */
export class CoolDown {
  #sentAt = Number.NEGATIVE_INFINITY;

  /** Whether a call may go through now; one that may starts the next cool-down, however it ends. */
  admits(seconds: number, nowMs: number): boolean {
    if (nowMs - this.#sentAt < seconds * 1000) return false;
    this.#sentAt = nowMs;
    return true;
  }
}
