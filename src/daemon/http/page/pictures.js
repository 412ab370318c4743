// The pictures of all cameras that can be seen, in one answer: a browser opens only six connections to a host.

/** Pictures a second of all cameras together, and of one at most. */
const IN_ALL = 48;
const MOST = 12;
const WIDTHS = [320, 480, 640, 960, 1280];

const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** What each picture shows (`camera` or `camera/output`), and the elements that can be seen. */
const shows = new Map();
const visible = new Set();
let connection = null;
let isPaused = false;
let timer;
let failures = 0;

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) visible.add(target);
    else visible.delete(target);
  }
  reopenSoon();
});

/** Shows a camera's output in an image for as long as it can be seen; null for none. */
export function showPicture(image, show) {
  if (show === null) {
    shows.delete(image);
    visible.delete(image);
    observer.unobserve(image);
  } else if (shows.get(image) !== show) {
    shows.set(image, show);
    observer.observe(image);
  } else return;
  reopenSoon();
}

export function pausePictures(isToPause) {
  isPaused = isToPause;
  reopenSoon();
}

function reopenSoon(afterMs = 150) {
  clearTimeout(timer);
  timer = setTimeout(reopen, afterMs);
}

function wanted() {
  if (document.hidden || isPaused) return null;
  const images = [...visible].filter((image) => image.isConnected && shows.has(image));
  if (images.length === 0) return null;
  const names = [...new Set(images.map((image) => shows.get(image)))].sort();
  const width = Math.max(...images.map((image) => image.clientWidth)) * devicePixelRatio;
  const query = new URLSearchParams({
    fps: String(calm.matches ? 1 : Math.max(1, Math.min(MOST, Math.floor(IN_ALL / names.length)))),
    width: String(WIDTHS.find((known) => known >= width) ?? WIDTHS.at(-1)),
  });
  for (const name of names) query.append("show", name);
  return `/api/pictures?${query}`;
}

async function reopen() {
  const address = wanted();
  if (address === connection?.address) return;
  connection?.end.abort();
  connection = null;
  if (address === null) return;
  const own = { address, end: new AbortController() };
  connection = own;
  try {
    const response = await fetch(address, { signal: own.end.signal });
    if (!response.ok) throw new Error(await response.text());
    await read(response.body.getReader());
  } catch {
    // The state of the daemon says why, if that is of interest.
  }
  if (connection !== own) return;
  connection = null;
  failures++;
  reopenSoon(Math.min(10_000, 500 * 2 ** Math.min(failures, 5)));
}

/** Each picture is a line of JSON and as many bytes as it says. */
async function read(reader) {
  let chunks = [];
  let size = 0;
  let head = null;
  const take = (bytes) => {
    const all = new Uint8Array(size);
    let offset = 0;
    for (const chunk of chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    chunks = bytes < size ? [all.subarray(bytes)] : [];
    size -= bytes;
    return all.subarray(0, bytes);
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    chunks.push(value);
    size += value.length;
    for (;;) {
      if (head === null) {
        const end = lineEnd(chunks);
        if (end < 0) break;
        head = JSON.parse(new TextDecoder().decode(take(end + 1)));
      }
      if (size < head.bytes) break;
      show(head.show, take(head.bytes));
      head = null;
      failures = 0;
    }
  }
}

function lineEnd(chunks) {
  let offset = 0;
  for (const chunk of chunks) {
    const at = chunk.indexOf(10);
    if (at >= 0) return offset + at;
    offset += chunk.length;
  }
  return -1;
}

function show(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
  let left = 0;
  const done = () => {
    if (--left <= 0) URL.revokeObjectURL(address);
  };
  for (const image of visible) {
    // A picture that is still being decoded is not replaced, so that a slow browser sees some.
    if (shows.get(image) !== name || image.isLoading) continue;
    left++;
    image.isLoading = true;
    image.onload = image.onerror = ({ type }) => {
      image.isLoading = false;
      if (type === "load") image.dataset.at = String(Math.round(performance.now()));
      done();
    };
    image.src = address;
  }
  if (left === 0) URL.revokeObjectURL(address);
}

document.addEventListener("visibilitychange", () => reopenSoon(0));
addEventListener("resize", () => reopenSoon(500));
calm.addEventListener("change", () => reopenSoon(0));
