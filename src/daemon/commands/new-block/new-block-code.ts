import type { BlockNames } from "./new-block-files.ts";

/** The code of a new block, the same in every language. */
export function blockCode({ name, language }: BlockNames): string {
  if (language === "python") return pythonCode(name);
  return language === "typescript" ? typeScriptCode(name) : javaScriptCode(name);
}

function pythonCode(name: string): string {
  return `# ${name}: replace what it does by your own. The daemon uses changed code from the next frame on.

# Variables out here stay from frame to frame; each camera has its own ("state_scope" in the definition).
dark_frames = 0


def run(self, image: WorkflowImageData, threshold: float) -> BlockResult:
    """Tells how bright a picture is, whether it is dark, and for how many frames it has been.

    image: its size is image.width, image.height; image.numpy_image has the pixels where numpy is installed.
    threshold: brightness from 0 to 1 below which a picture is dark.
    Returns a value for each output in the manifest; None where one is missing.
    """
    global dark_frames
    brightness = brightness_of(image)
    is_dark = brightness < threshold
    dark_frames = dark_frames + 1 if is_dark else 0
    return {"brightness": round(brightness, 4), "is_dark": is_dark, "dark_frames": dark_frames}


def brightness_of(image: WorkflowImageData) -> float:
    """Mean of all colours from 0 to 1; every eighth row is enough."""
    rgb, row = image.rgb, 3 * image.width
    rows = range(0, image.height, 8)
    total = sum(sum(rgb[y * row : (y + 1) * row]) for y in rows)
    return total / (255 * row * len(rows))
`;
}

const FIRST_LINES = (
  name: string,
) => `// ${name}: replace what it does by your own. The daemon uses changed code from the next frame on.

// Variables out here stay from frame to frame; each camera has its own ("state_scope" in the definition).
let darkFrames = 0;
`;

const DOCUMENTATION = `/**
 * Tells how bright a picture is, whether it is dark, and for how many frames it has been.
 * Below the brightness \`threshold\`, from 0 to 1, a picture is dark. Returns a value for each output in the manifest;
 * null where one is missing.`;

function typeScriptCode(name: string): string {
  return `${FIRST_LINES(name)}
${DOCUMENTATION}
 */
function run({ image, threshold }: millrace.Inputs, self: millrace.Self): millrace.Result {
  const brightness = brightnessOf(self.pixels.view(image));
  const isDark = brightness < threshold;
  darkFrames = isDark ? darkFrames + 1 : 0;
  return { brightness: Math.round(brightness * 1e4) / 1e4, is_dark: isDark, dark_frames: darkFrames };
}

/** Mean of all colours from 0 to 1; every eighth row is enough. */
function brightnessOf({ rgb, stride, width, height }: ReturnType<millrace.Self["pixels"]["view"]>): number {
${BODY}}
`;
}

function javaScriptCode(name: string): string {
  return `${FIRST_LINES(name)}
${DOCUMENTATION}
 * @param {millrace.Inputs} inputs
 * @param {millrace.Self} self
 * @returns {millrace.Result}
 */
function run({ image, threshold }, self) {
  const brightness = brightnessOf(self.pixels.view(image));
  const isDark = brightness < threshold;
  darkFrames = isDark ? darkFrames + 1 : 0;
  return { brightness: Math.round(brightness * 1e4) / 1e4, is_dark: isDark, dark_frames: darkFrames };
}

/**
 * Mean of all colours from 0 to 1; every eighth row is enough.
 * @param {ReturnType<millrace.Self["pixels"]["view"]>} pixels
 */
function brightnessOf({ rgb, stride, width, height }) {
${BODY}}
`;
}

const BODY = `  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y += 8) {
    for (const value of rgb.subarray(y * stride, y * stride + 3 * width)) sum += value;
    count += 3 * width;
  }
  return sum / (255 * count);
`;
