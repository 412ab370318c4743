import type { Point } from "../../../kinds/anchor.ts";

/** Where tracked objects were in the last frames. */
export class Traces {
  private readonly points = new Map<number, { frame: number; point: Point }[]>();
  /** Frames that have objects, the oldest first. */
  private readonly frames: number[] = [];
  private current = 0;

  /** Takes the objects of the next frame, and forgets what is older than so many frames once as many have objects. */
  add(seen: readonly { id: number; point: Point }[], length: number): void {
    for (const { id, point } of seen) {
      const trace = this.points.get(id) ?? [];
      trace.push({ frame: this.current, point });
      this.points.set(id, trace);
    }
    if (seen.length > 0) this.frames.push(this.current);
    const kept = Math.min(length, MOST_FRAMES);
    if (this.frames.length > kept) this.forgetBefore(this.current - kept + 1);
    this.current++;
  }

  of(id: number): Point[] {
    return (this.points.get(id) ?? []).map(({ point }) => point);
  }

  private forgetBefore(first: number): void {
    while (this.frames[0] !== undefined && this.frames[0] < first) this.frames.shift();
    for (const [id, trace] of this.points) {
      const from = trace.findIndex(({ frame }) => frame >= first);
      if (from < 0) this.points.delete(id);
      else trace.splice(0, from);
    }
  }
}

/** Longer traces than this are cut, whatever is asked for. */
const MOST_FRAMES = 10_000;
