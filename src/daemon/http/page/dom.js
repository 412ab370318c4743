/** An element with properties, attributes (`data-…`, `aria-…` and others that are no properties) and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text where it differs, so that selections and screen readers are not disturbed. */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/** Shows or hides. */
export function shown(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** Sets an attribute where it differs. */
export function attribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Keeps one element for each item in a container, in the order of the items. `create(item)` makes an element, or an object with
 * its `element`; `update(made, item)` fills it. What is there already stays, with focus and all.
 */
export function keyed(container, items, { key, create, update = () => {}, remove = () => {} }) {
  container.made ??= new Map();
  const { made } = container;
  const wanted = new Set(items.map(key));
  for (const [name, part] of made) {
    if (wanted.has(name)) continue;
    remove(part);
    (part.element ?? part).remove();
    made.delete(name);
  }
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const part = made.get(name) ?? create(item);
    made.set(name, part);
    const element = part.element ?? part;
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
    update(part, item);
  }
}

/** Rows of names and values as a list of descriptions: `[name, value]`, where null leaves a row out. */
export function facts(list, rows) {
  const there = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  keyed(list, there, {
    key: ([name]) => name,
    create([name]) {
      const value = h("dd");
      return { element: h("div", {}, h("dt", {}, name), value), value };
    },
    update: ({ value }, [, content]) => text(value, String(content)),
  });
}
