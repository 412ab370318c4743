import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lacksBrowser, openBrowser } from "../helpers/browser.ts";
import { startCamera, type TestCamera } from "../helpers/camera.ts";
import { spawnMillrace } from "../helpers/cli.ts";
import { baseConfig, sceneSource, startDaemon, type TestDaemon, trackingWorkflow, within } from "../helpers/daemon.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const folder = useFolder();
/** What the boxes are drawn in, unlike anything in the scene. */
const MAGENTA = "#FF00FF";

let camera: TestCamera;
let daemon: TestDaemon;
let url: string;

beforeAll(async () => {
  camera = await startCamera({ source: sceneSource() });
  await writeFile(
    folder.path("track.json"),
    JSON.stringify(workflow({ custom_colors: [MAGENTA], color_palette: "CUSTOM" })),
  );
  // Drawing fails, so that the log tells whether anything is drawn.
  const untracked = { predictions: "$steps.shapes.predictions", color_axis: "TRACK" };
  await writeFile(folder.path("fail.json"), JSON.stringify(workflow(untracked)));
  daemon = await startDaemon(folder.path("millrace.yaml"), {
    ...baseConfig,
    cameras: { belt: { url: camera.url }, yard: { url: camera.url } },
    pipelines: {
      count: { workflow: "track.json", cameras: ["belt"] },
      fail: { workflow: "fail.json", cameras: ["yard"] },
    },
  });
  url = await daemon.url();
  await daemon.frames("belt", 3);
});
afterAll(async () => {
  await daemon.stop();
  await camera.close();
});

function workflow(drawing: object): object {
  const definition = trackingWorkflow() as { steps: { name: string }[]; outputs: object[] };
  const steps = definition.steps.map((step) => ({
    ...step,
    ...(step.name === "boxes" ? { ...drawing, thickness: 3 } : {}),
  }));
  const plain = { type: "JsonField", name: "as it <is>", selector: "$inputs.image" };
  return { ...definition, steps, outputs: [plain, ...definition.outputs] };
}

test("pictures are made only while there are viewers", async () => {
  await daemon.frames("yard", 10);
  expect(daemon.log("step_failed")).toEqual([]);
  const viewer = new AbortController();
  const response = await fetch(`${url}live/yard.mjpeg`, { signal: viewer.signal });
  expect(response.headers.get("content-type")).toMatch(/^multipart\/x-mixed-replace/);
  expect(await daemon.logged("step_failed")).toMatchObject({ step: "boxes", code: "STEP_NO_TRACKER_IDS" });
  const { failures } = (await (await fetch(`${url}health`)).json()) as { failures: unknown };
  expect(failures).toEqual({ fail: { boxes: { STEP_NO_TRACKER_IDS: expect.any(Number) } } });
  viewer.abort();
});

test("the health shows the state of every camera", async () => {
  const response = await fetch(`${url}health`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toMatchObject({
    ok: true,
    version: expect.any(String),
    uptime_s: expect.any(Number),
    broker: "none",
    cameras: { belt: { state: "online", error: null, decoded: expect.any(Number), published: expect.any(Number) } },
  });
});

test("what is not there is not found, and nothing can be sent", async () => {
  const statusOf = async (path: string, init?: RequestInit) => (await fetch(new URL(path, url), init)).status;
  expect(await statusOf("/nowhere")).toBe(404);
  expect(await statusOf("/live/attic.mjpeg")).toBe(404);
  expect(await statusOf("/live/belt.png")).toBe(404);
  expect(await statusOf("/live/..%2f..%2fetc.jpg")).toBe(404);
  expect(await statusOf("/", { method: "POST" })).toBe(405);
});

test("a single picture of a camera is its annotated frame", async () => {
  const response = await fetch(`${url}live/belt.jpg`);
  expect(response.headers.get("content-type")).toBe("image/jpeg");
  const picture = sharp(Buffer.from(await response.arrayBuffer()));
  expect(await picture.metadata()).toMatchObject({ format: "jpeg", width: 320, height: 180 });
  expect(await magentaOf(await picture.toBuffer())).toBeGreaterThan(100);
});

test("every output with a picture is shown by its name", async () => {
  const shown = await fetch(`${url}live/belt/picture.jpg`);
  expect(await magentaOf(Buffer.from(await shown.arrayBuffer()))).toBeGreaterThan(100);
  const plain = await fetch(`${url}live/belt/${encodeURIComponent("as it <is>")}.jpg`);
  // A few pixels at the edges of what is red and blue come near to it.
  expect(await magentaOf(Buffer.from(await plain.arrayBuffer()))).toBeLessThan(50);
  for (const name of ["tracks", "attic", "%E0%A4%A", "..%2fbelt"]) {
    expect((await fetch(`${url}live/belt/${name}.jpg`)).status, name).toBe(404);
  }
});

describe.skipIf(lacksBrowser())("in a browser", () => {
  test("the page shows the moving, annotated picture and the state of its camera", async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(url, { waitUntil: "domcontentloaded" });
      // Nothing is evaluated in the page, whose policy forbids that.
      await within(
        () => page.evaluate<boolean>("document.querySelector('.card img')?.naturalWidth > 0"),
        () => "a picture is shown",
      );
      await within(
        () => page.evaluate<boolean>("/Online/.test(document.querySelector('.card .state')?.textContent)"),
        () => "the page's own script shows the state",
      );
      expect(await page.title()).toBe("dock · millrace");
      const first = await page.locator("img").first().screenshot();
      expect(await magentaOf(first)).toBeGreaterThan(100);
      await within(
        async () => !first.equals(await page.locator("img").first().screenshot()),
        () => "the picture moves",
      );
      await page.getByLabel("Picture of camera belt").selectOption("as it <is>");
      await within(
        async () => (await magentaOf(await page.locator("img").first().screenshot())) < 50,
        () => "the other output is shown",
      );
      await within(
        () => page.evaluate<boolean>("document.querySelector('.card img').naturalWidth > 0"),
        () => "its picture is there",
      );
    } finally {
      await browser.close();
    }
  });

  test.skipIf(process.env["MILLRACE_SCREENSHOT"] === undefined)(
    "a picture of the demo's page for the documentation",
    async () => {
      const demo = spawnMillrace(["demo"]);
      let output = "";
      demo.stderr?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      const browser = await openBrowser();
      try {
        await within(
          () => /live +http\S+/.test(output) && /crossed = [5-9]/.test(output),
          () => `parcels cross the line: ${output}`,
          40_000,
        );
        const page = await browser.newPage({ viewport: { width: 1000, height: 670 } });
        await page.goto(/live +(http\S+)/.exec(output)?.[1] ?? "", { waitUntil: "domcontentloaded" });
        await within(
          () =>
            page.evaluate<boolean>(
              "document.querySelector('.card img')?.naturalWidth > 0 && /[1-9][0-9.]*\\/s/.test(document.querySelector('.figures').textContent)",
            ),
          () => "the page shows pictures at some rate",
        );
        await page.screenshot({ path: fileURLToPath(new URL("../../docs/live.png", import.meta.url)) });
      } finally {
        await browser.close();
        demo.kill("SIGTERM");
      }
    },
  );
});

/** Pixels of about the boxes' colour. */
async function magentaOf(picture: Buffer): Promise<number> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let i = 0; i < data.length; i += info.channels) {
    if (data[i]! > 180 && data[i + 1]! < 110 && data[i + 2]! > 180) count++;
  }
  return count;
}
