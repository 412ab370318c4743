import { escapeHtml } from "./escape-html.ts";

/** A camera of the page: the outputs with pictures, and the one that is shown first. */
export interface ShownCamera {
  camera: string;
  outputs: readonly string[];
  shown: string | null;
}

/** The page that shows every camera; states are those of /health, refreshed by the page itself. The nonce lets its own script run, and no other. */
export function livePage(device: string, cameras: readonly ShownCamera[], nonce: string): string {
  const figures = cameras.map(
    ({ camera, ...pictures }) => `<figure>
  <img src="/live/${camera}.mjpeg" alt="annotated picture of camera ${camera}">
  <figcaption><b>${camera}</b>${choice(camera, pictures)} <span data-camera="${camera}">…</span></figcaption>
</figure>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${device} · millrace</title>
<style nonce="${nonce}">
  :root { color-scheme: dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 0; padding: 1.5rem; background: #14171a; color: #dfe5ea; }
  h1 { font-size: 1.1rem; font-weight: 600; margin: 0 0 1rem; }
  main { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
  figure { margin: 0; background: #1d2226; border-radius: 8px; overflow: hidden; }
  img { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain; background: #000; }
  figcaption { padding: .5rem .8rem; display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
  span { color: #9aa7b2; }
  select { font: inherit; color: inherit; background: #14171a; border: 1px solid #39424a; border-radius: 4px; }
</style>
<h1>${device}</h1>
<main>${figures.join("\n")}</main>
<script nonce="${nonce}">
  async function refresh() {
    try {
      const health = await (await fetch("/health")).json();
      for (const label of document.querySelectorAll("[data-camera]")) {
        const camera = health.cameras[label.dataset.camera];
        if (camera) label.textContent = camera.state + " · " + camera.fps_out.toFixed(1) + " fps · " + camera.dropped + " dropped";
      }
    } catch { for (const label of document.querySelectorAll("[data-camera]")) label.textContent = "daemon not reachable"; }
  }
  refresh();
  setInterval(refresh, 2000);
  for (const choice of document.querySelectorAll("[data-outputs]")) choice.addEventListener("change", () => {
    const picture = choice.closest("figure").querySelector("img");
    picture.src = "/live/" + choice.dataset.outputs + "/" + encodeURIComponent(choice.value) + ".mjpeg";
  });
</script>
</html>
`;
}

/** Empty where there is nothing to choose. */
function choice(camera: string, { outputs, shown }: Omit<ShownCamera, "camera">): string {
  if (outputs.length < 2) return "";
  const options = outputs.map((name) => {
    const text = escapeHtml(name);
    return `<option value="${text}"${name === shown ? " selected" : ""}>${text}</option>`;
  });
  return ` <select data-outputs="${camera}" autocomplete="off" aria-label="picture of camera ${camera}">${options.join("")}</select>`;
}
