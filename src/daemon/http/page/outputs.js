import { h, keyed, shown, text } from "./dom.js";
import { duration } from "./words.js";

/** The part with what every output of every camera gave last. */
export function openOutputs(part) {
  const search = h("input", {
    type: "search",
    placeholder: "Find a camera or output",
    "aria-label": "Find a camera or output",
  });
  const rows = h("tbody");
  const heads = ["Camera", "Output", "Last value", "Age"].map((name) => h("th", { scope: "col" }, name));
  const table = h(
    "table",
    {},
    h("caption", { className: "unseen" }, "Last values of outputs"),
    h("thead", {}, h("tr", {}, ...heads)),
    rows,
  );
  const empty = h("p", { className: "empty" });
  const tools = h("div", { className: "tools" }, search);
  part.append(h("h2", { className: "unseen" }, "Outputs"), tools, h("div", { className: "panel" }, table, empty));
  let view = null;
  function draw() {
    if (view === null) return;
    const all = view.state.cameras.flatMap(({ id, values }) => values.map((value) => ({ camera: id, ...value })));
    const sought = search.value.trim().toLowerCase();
    const found = all.filter(({ camera, output }) => `${camera} ${output}`.toLowerCase().includes(sought));
    shown(tools, all.length > 0);
    shown(table, found.length > 0);
    shown(empty, found.length === 0);
    text(empty, all.length === 0 ? "No output has given a value yet." : "No output fits.");
    keyed(rows, found, {
      key: ({ camera, output }) => JSON.stringify([camera, output]),
      create({ camera, output }) {
        const [value, age] = [h("td"), h("td", { className: "age" })];
        return { element: h("tr", {}, h("th", { scope: "row" }, camera), h("td", {}, output), value, age), value, age };
      },
      update({ value, age }, last) {
        text(value, last.text);
        text(age, duration(last.age_ms / 1000));
      },
    });
  }
  search.addEventListener("input", draw);
  return {
    update(next) {
      view = next;
      draw();
    },
    close() {},
  };
}
