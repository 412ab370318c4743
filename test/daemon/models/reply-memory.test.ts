import { describe, expect, test } from "vitest";
import { frameImage } from "../../../src/daemon/input/frame-image.ts";
import { openReplyMemory } from "../../../src/daemon/models/reply-memory.ts";
import { type FrameHandle, LUMINANCE, renditionKey } from "../../../src/kinds/frame.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { picture } from "../../blocks/values.ts";

const { width: WIDTH, height: HEIGHT, fit, pixelFormat } = LUMINANCE;
const LIMITS = { change: 8, maxAgeS: 2 };
const FPS = 8;

type Paint = (luminance: Uint8Array) => void;

/** Frames of a camera in one place of an arena, as a pool reuses its slots: each is painted when it is looked at. */
function openScene(limits: FrameHandle["reuse"] | null = LIMITS) {
  const arena = new SharedArrayBuffer(WIDTH * HEIGHT);
  const memory = openReplyMemory(arena);
  let runs = 0;
  let sequence = 0;
  const frame = (more: Partial<FrameHandle> = {}): FrameHandle => {
    sequence++;
    const clockS = sequence / FPS;
    const stamp = { pts: clockS, timestamp: 0, timestampSource: "arrival", clockS, startS: 0, decodedAt: 0 } as const;
    const luminance = { key: renditionKey(LUMINANCE), offset: 0, width: WIDTH, height: HEIGHT, fit, pixelFormat };
    const size = { width: 1280, height: 720, fps: FPS, measuredFps: FPS };
    const own = limits === null ? {} : { reuse: limits };
    return { camera: "gate", sequence, ...stamp, ...size, ...own, renditions: [luminance], slot: 0, ...more };
  };
  const ask = async (image: Image, question = "detect"): Promise<"run" | "reused"> => {
    const standing = memory.standing(image, question);
    if (standing !== null) {
      await standing;
      return "reused";
    }
    runs++;
    memory.asked(image, question, Promise.resolve({ run: runs }));
    return "run";
  };
  /** What becomes of a frame that shows this. */
  const look = (paint: Paint, { question = "detect", ...more }: Partial<FrameHandle> & { question?: string } = {}) => {
    paint(new Uint8Array(arena).fill(100));
    return ask(frameImage(frame(more)), question);
  };
  /** "R" for each frame that the model looked at, "=" for each on which its last reply stood. */
  const looks = async (paints: readonly Paint[]) => {
    const found: string[] = [];
    for (const paint of paints) found.push((await look(paint)) === "run" ? "R" : "=");
    return found.join("");
  };
  return { memory, frame, ask, look, looks };
}

const still: Paint = () => {};
const times = (count: number, paint: (n: number) => Paint) => Array.from({ length: count }, (_, n) => paint(n));
/** A person far away is a few pixels. */
const personAt =
  (x: number, contrast = 40): Paint =>
  (luminance) => {
    for (let y = 40; y < 45; y++) luminance[y * WIDTH + x] = 100 + contrast;
  };
const noise =
  (strength: number, seed: number): Paint =>
  (luminance) => {
    let state = seed + 1;
    for (let i = 0; i < luminance.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      luminance[i] = luminance[i]! + Math.round((state / 2 ** 31 - 1) * strength);
    }
  };

describe("the last reply of a model", () => {
  test("stands once the picture has come to rest, until it is too old", async () => {
    const { looks } = openScene();
    expect(await openScene().looks(times(22, () => still))).toBe(`RRR${"=".repeat(15)}R===`);
    expect(await looks([...times(6, () => still), ...times(5, () => personAt(80))])).toBe("RRR===RRR==");
  });

  test("does not stand while a small object moves on, nor when it comes into the picture or leaves it", async () => {
    const { looks } = openScene();
    const walk = times(12, (n) => personAt(80 + n));
    expect(await looks([...times(5, () => still), ...walk, ...times(4, () => still)])).toBe(
      `RRR==${"R".repeat(12)}RRR=`,
    );
  });

  test("is not valid for a picture that has slowly drifted away, although no frame differs from the one before it", async () => {
    const { looks } = openScene();
    const dusk = times(30, (n) => (luminance) => luminance.fill(100 - n));
    // Of its first three, each is less than the limit from the one before; then eight levels are one run.
    expect(await looks(dusk)).toBe("RRR=======RRR=======RRR=======");
  });

  test("stands in noise all over the picture that is above the limit, and not in noise that would hide an object", async () => {
    const weak = await openScene().looks(times(30, (n) => noise(3.5, n)));
    expect(weak.slice(8)).toContain("=".repeat(10));
    expect(await openScene().looks(times(30, (n) => noise(40, n)))).toBe("R".repeat(30));
  });

  test("does not stand in noise where an object stands out of it", async () => {
    const { looks } = openScene();
    await looks(times(12, (n) => noise(3.5, n)));
    const both = (n: number): Paint => {
      return (luminance) => {
        noise(3.5, n + 12)(luminance);
        personAt(20 + 2 * n)(luminance);
      };
    };
    expect(await looks(times(10, both))).toBe("R".repeat(10));
  });

  test("is a copy each time, of the reply as the model gave it", async () => {
    const { memory, frame } = openScene();
    const given = { rows: Float32Array.of(1, 2) };
    for (let n = 0; n < 3; n++) {
      const image = frameImage(frame());
      expect(memory.standing(image, "detect")).toBeNull();
      memory.asked(image, "detect", Promise.resolve(given));
    }
    await Promise.resolve();
    await Promise.resolve();
    given.rows[0] = 9;
    const copies = await Promise.all([frame(), frame()].map((one) => memory.standing(frameImage(one), "detect")));
    expect(copies).toEqual([{ rows: Float32Array.of(1, 2) }, { rows: Float32Array.of(1, 2) }]);
    expect(copies[0]).not.toBe(copies[1]);
  });

  test("is valid for the same question alone: another model, task or parameter is another", async () => {
    const { look, looks } = openScene();
    expect(await looks(times(5, () => still))).toBe("RRR==");
    expect(await look(still, { question: "classify" })).toBe("run");
    expect(await look(still)).toBe("reused");
  });

  test("is valid for the same size of the picture alone", async () => {
    const { look, looks } = openScene();
    await looks(times(4, () => still));
    expect(await look(still, { width: 1920, height: 1080 })).toBe("run");
  });

  test("is valid for its own camera alone, and not for one that came again after it was removed", async () => {
    const { look, looks, memory } = openScene();
    await looks(times(4, () => still));
    expect(await look(still, { camera: "yard" })).toBe("run");
    expect(await look(still)).toBe("reused");
    memory.forget("gate");
    expect(await look(still)).toBe("run");
  });

  test("does not stand after an outage, nor where the clock of a file goes back", async () => {
    const { look, looks } = openScene();
    await looks(times(4, () => still));
    expect(await look(still, { clockS: 30 })).toBe("run");
    expect(await look(still, { clockS: 0.1 })).toBe("run");
  });

  test("is valid for whole pictures of cameras: for no crop, no drawn picture, and no frame without limits or luminance", async () => {
    const { look, looks, ask, frame } = openScene();
    await looks(times(4, () => still));
    const whole = frameImage(frame());
    const region = { x: 0, y: 0, width: 8, height: 8 };
    expect(await ask({ ...whole, pixels: { type: "frame", frame: frame(), region } })).toBe("run");
    expect(await ask(picture(8, 8))).toBe("run");
    expect(await look(still, { renditions: [] })).toBe("run");
    expect(await openScene(null).looks(times(5, () => still))).toBe("RRRRR");
    expect(await look(still)).toBe("reused");
  });

  test("that turns out to be a failure does not stand", async () => {
    const { memory, frame, ask, looks } = openScene();
    await looks(times(3, () => still));
    let fail = (_: Error) => {};
    const late = new Promise<object>((_, reject) => {
      fail = reject;
    });
    const [asking, following] = [frameImage(frame({ clockS: 5 })), frameImage(frame({ clockS: 5.1 }))];
    expect(memory.standing(asking, "detect")).toBeNull();
    memory.asked(asking, "detect", late);
    const standing = memory.standing(following, "detect");
    fail(new Error("out of memory"));
    await expect(standing).rejects.toThrow("out of memory");
    expect(await ask(frameImage(frame({ clockS: 5.2 })))).toBe("run");
  });

  test("of a question that was not asked for long is forgotten when there are many", async () => {
    const { look, looks } = openScene();
    await looks(times(4, () => still));
    for (let n = 0; n < 16; n++) await look(still, { question: `other ${n}` });
    expect(await look(still)).toBe("run");
  });
});
