import { attribute, keyed, text } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
/** How near a pointer has to be to a point, in pixels. */
const REACH = { mouse: 12, pen: 16, touch: 26 };
const STEP = 0.005;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Zones over a picture, and one that is drawn with pointer or keys. `changed()` is called after every change of the
 * drawing, `picked(zone)` when a zone is chosen.
 */
export function openCanvas({ changed, picked }) {
  const shapes = s("g");
  const own = s("g", { class: "own" });
  const svg = s("svg", { class: "canvas" }, shapes, own);
  let zones = [];
  let drawing = null;
  let drag = null;
  let size = [1, 1];

  const at = ([x, y]) => [x * size[0], y * size[1]];
  const isClosed = (kind) => kind === "polygon";

  function draw() {
    attribute(svg, "viewBox", `0 0 ${size[0]} ${size[1]}`);
    keyed(shapes, zones, { key: ({ id }) => id, create: createZone, update: updateZone });
    const outline = drawing === null ? [] : [drawing];
    const points = drawing?.points ?? [];
    const middles = drawing?.middles ?? [];
    keyed(
      own,
      [
        ...outline.map((part) => ({ key: "outline", part })),
        ...middles.map((part, i) => ({ key: `middle ${i}`, part })),
        ...points.map((part, i) => ({ key: `point ${i}`, part, i })),
      ],
      { key: ({ key }) => key, create: createPart, update: updatePart },
    );
  }

  function createZone(zone) {
    const shape = { outline: s("path"), name: s("text") };
    shape.element = s("g", { class: "zone" }, shape.outline, shape.name);
    shape.element.addEventListener("click", () => drawing === null && picked(zone.id));
    return shape;
  }

  function updateZone({ element, outline, name }, { id, kind, points }) {
    attribute(element, "data-kind", kind);
    attribute(outline, "d", pathOf(points, isClosed(kind)));
    const highest = points.reduce((one, other) => (other[1] < one[1] ? other : one));
    const [x, y] = at([highest[0], Math.max(0.06, highest[1])]);
    const isRight = highest[0] > 0.7;
    attribute(name, "text-anchor", isRight ? "end" : "start");
    attribute(name, "dx", isRight ? "-8" : "8");
    attribute(name, "x", String(x));
    attribute(name, "y", String(y));
    text(name, id);
  }

  function createPart({ key, i }) {
    if (key === "outline") return s("path");
    if (i === undefined) return s("circle", { class: "middle", r: 5 });
    const point = s("circle", { class: "point", r: 8, tabindex: 0, role: "button" });
    point.addEventListener("keydown", (event) => pressed(event, i));
    return point;
  }

  function updatePart(element, { key, part, i }) {
    if (key === "outline")
      return void attribute(element, "d", pathOf(part.points, isClosed(part.kind) && !part.isOpen));
    const [x, y] = at(part);
    attribute(element, "cx", String(x));
    attribute(element, "cy", String(y));
    if (i === undefined) return;
    const [across, down] = part.map((value) => Math.round(value * 100));
    const where = `Point ${i + 1} of ${drawing.points.length}, ${across} % across, ${down} % down`;
    attribute(element, "aria-label", `${where}; arrow keys move it, Delete removes it`);
  }

  function pathOf(points, closes) {
    const path = points.map((point, i) => `${i === 0 ? "M" : "L"}${at(point).join(" ")}`).join("");
    return closes && points.length > 2 ? `${path}Z` : path;
  }

  function pressed(event, i) {
    if (drawing === null) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const by = event.shiftKey ? STEP * 10 : STEP;
      const [x, y] = drawing.points[i];
      drawing.move(i, [x + step[0] * by, y + step[1] * by]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      drawing.remove(i);
      focusPoint(Math.max(0, i - 1), true);
    } else if (event.key === "Enter") drawing.close();
    else return;
    event.preventDefault();
    update();
  }

  function update() {
    draw();
    changed();
  }

  function focusPoint(i, isLater = false) {
    const go = () => own.made.get(`point ${i}`)?.focus({ preventScroll: true });
    if (isLater) queueMicrotask(go);
    else go();
  }

  function placeOf({ clientX, clientY }) {
    const box = svg.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  /** Index of what lies under the pointer, -1 for none. */
  function under(points, place, reach) {
    const distances = points.map((point) => {
      const [x, y] = at([point[0] - place[0], point[1] - place[1]]);
      return Math.hypot(x, y);
    });
    const least = Math.min(...distances);
    return least <= reach ? distances.indexOf(least) : -1;
  }

  svg.addEventListener("pointerdown", (event) => {
    if (drawing === null || event.button !== 0 || drag !== null) return;
    event.preventDefault();
    const place = placeOf(event);
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    let index = under(drawing.points, place, reach);
    const isFirst = index === 0;
    if (index < 0) {
      const middle = under(drawing.middles, place, reach);
      if (middle >= 0) index = drawing.insert(middle, place);
      else if (drawing.isOpen) index = drawing.add(place);
      else return;
    }
    svg.setPointerCapture(event.pointerId);
    drag = { index, pointer: event.pointerId, closes: isFirst && drawing.isOpen, from: place };
    drawing.hold();
    update();
    focusPoint(index);
  });
  svg.addEventListener("pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    const place = placeOf(event);
    // A finger that only taps moves a little.
    const [x, y] = at([place[0] - drag.from[0], place[1] - drag.from[1]]);
    if (!drag.isMoving && Math.hypot(x, y) < 4) return;
    drag.isMoving = true;
    drawing.drag(drag.index, place);
    draw();
  });
  svg.addEventListener("pointerup", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    if (drag.closes && !drag.isMoving) drawing.close();
    drawing.release();
    drag = null;
    update();
  });
  svg.addEventListener("pointercancel", () => void letGo());

  function letGo() {
    drag = null;
    const had = drawing?.letGo() === true;
    if (had) update();
    return had;
  }

  const sizes = new ResizeObserver(() => {
    size = [Math.max(1, svg.clientWidth), Math.max(1, svg.clientHeight)];
    draw();
  });
  sizes.observe(svg);

  return {
    element: svg,
    draw,
    /** Ends dragging without a change; false where nothing is dragged. */
    letGo: () => drag !== null && letGo(),
    focusPoint,
    show(nextZones, nextDrawing) {
      zones = nextZones;
      drawing = nextDrawing;
      attribute(svg, "data-drawing", String(drawing !== null));
      draw();
    },
    close: () => sizes.disconnect(),
  };
}

function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
