import { h, keyed, shown, text } from "./dom.js";

/** Fields and buttons of the zone that is drawn, and what uses it. */
export function openZoneForm(actions) {
  const name = h("input", {
    id: "zone-name",
    pattern: "[a-z0-9_\\-]{1,64}",
    maxLength: 64,
    required: true,
    autocomplete: "off",
    spellcheck: false,
    autocapitalize: "none",
  });
  const everywhere = h("input", { type: "checkbox" });
  const hint = h("p", { className: "hint", role: "status" });
  const message = h("p", { className: "error lines", role: "alert" });
  const success = h("p", { className: "success", role: "status" });
  const undo = h("button", { type: "button" }, "Undo");
  const add = h("button", { type: "button" }, "Add a point");
  const save = h("button", { className: "main" }, "Save");
  const cancel = h("button", { type: "button" }, "Cancel");
  const remove = h("button", { type: "button", className: "danger" }, "Delete");
  const overwrite = h("button", { type: "button" }, "Save mine over it");
  const theirs = h("button", { type: "button" }, "Show what is there");
  const conflict = h("div", { className: "actions", hidden: true }, overwrite, theirs);
  const uses = h("div", { className: "uses" });
  const title = h("h3");
  const form = h(
    "form",
    { className: "panel zone-form", hidden: true, noValidate: true },
    ...[
      title,
      h("label", { htmlFor: "zone-name" }, "Name"),
      name,
      h("label", {}, everywhere, " In the picture of every camera"),
      hint,
      h("div", { className: "actions" }, undo, add),
      message,
      success,
      conflict,
      h("div", { className: "actions" }, save, cancel, remove),
      uses,
    ],
  );
  const on = (element, type, action) =>
    element.addEventListener(type, (event) => {
      event.preventDefault();
      action();
    });
  on(form, "submit", actions.save);
  on(undo, "click", actions.undo);
  on(add, "click", actions.add);
  on(cancel, "click", actions.cancel);
  on(remove, "click", actions.remove);
  on(overwrite, "click", actions.overwrite);
  on(theirs, "click", actions.theirs);

  return {
    element: form,
    get name() {
      return name.value.trim();
    },
    get isEverywhere() {
      return everywhere.checked;
    },
    /** Null hides the form. */
    open(zone, suggested) {
      shown(form, zone !== null);
      if (zone === null) return;
      const kind = zone.kind === "line" ? "Line" : "Polygon";
      text(title, zone.id === null ? `New ${zone.kind}` : `${kind} ${zone.id}`);
      name.value = zone.id ?? suggested;
      name.readOnly = zone.id !== null;
      everywhere.checked = zone.camera === null;
      shown(remove, zone.origin === "drawn");
      text(remove, zone.over_config ? "Delete, back to the config's" : "Delete");
      this.say("");
      this.uses(null);
    },
    update(drawing) {
      undo.disabled = !drawing.canUndo;
      add.disabled = drawing.kind === "line" && drawing.points.length === 2;
      text(hint, hintOf(drawing));
      if (drawing.isChanged) text(success, "");
      text(cancel, drawing.isChanged ? "Cancel" : "Close");
    },
    busy(isBusy) {
      for (const button of [save, remove, overwrite]) button.disabled = isBusy;
    },
    /** Until something else is done. */
    done(words) {
      this.say("");
      text(success, words);
    },
    say(words, isConflict = false) {
      text(success, "");
      text(message, words);
      shown(message, words !== "");
      shown(conflict, isConflict);
    },
    uses: (answer) => drawUses(uses, answer),
    focusName: () => name.select(),
  };
}

function hintOf({ kind, points, isOpen, lack }) {
  if (lack !== null && points.length === 0) return "Click or tap in the picture to set the first point.";
  if (kind === "line") return lack ?? "Drag the ends to where they belong.";
  if (isOpen)
    return lack === null ? "Go on, or click the first point to close it." : `${points.length} of at least 3 points.`;
  return "Drag points; drag the middle of an edge for a new one; Delete removes the chosen one.";
}

/** Who uses the zone, or what to write so that a pipeline does. */
function drawUses(place, answer) {
  shown(place, answer !== null);
  if (answer === null) return;
  const { zone, fits, kept } = answer;
  const lines = [];
  const users = zone.used_by.map(({ pipeline, parameter }) => `${pipeline} (parameter ${parameter})`);
  if (users.length > 0) lines.push(h("p", {}, `Used by ${users.join(", ")}.`));
  else if (fits.length > 0)
    lines.push(h("p", {}, "No pipeline uses it yet. Write into the config:"), ...snippets(fits));
  else
    lines.push(
      h(
        "p",
        {},
        `No pipeline uses it, and none has a parameter that takes a ${zone.kind}. Its workflow needs an input for one:`,
      ),
      snippet(`{\n  "type": "WorkflowParameter",\n  "name": "zone",\n  "kind": ["list_of_values"]\n}`),
    );
  if (zone.origin === "config")
    lines.push(h("p", { className: "hint" }, "It stands in the config; what is saved here stands over it."));
  if (!zone.in_force)
    lines.push(h("p", { className: "hint" }, `It is set aside, as there is no camera ${zone.camera}.`));
  if (!kept) lines.push(h("p", { className: "hint" }, "The config has no state_dir: drawn zones end with the daemon."));
  const key = JSON.stringify(answer);
  keyed(place, [lines], { key: () => key, create: (parts) => h("div", {}, ...parts) });
}

const MOST_SNIPPETS = 3;

function snippets(fits) {
  return fits.slice(0, MOST_SNIPPETS).map(({ pipeline, parameter, value }) => {
    const [[form, ids]] = Object.entries(value);
    const named = Array.isArray(ids) ? `[${ids.join(", ")}]` : ids;
    return snippet(`pipelines:\n  ${pipeline}:\n    parameters:\n      ${parameter}: { ${form}: ${named} }`);
  });
}

function snippet(code) {
  const copy = h("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code);
      text(copy, "Copied");
    } catch {
      // Only pages on loopback and with TLS may write there.
      getSelection().selectAllChildren(copy.previousElementSibling);
      text(copy, "Selected");
    }
  });
  return h("div", { className: "snippet" }, h("pre", { tabIndex: 0 }, code), copy);
}
