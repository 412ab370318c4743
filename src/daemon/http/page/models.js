import { attribute, facts, h, keyed, shown, text } from "./dom.js";
import { milliseconds } from "./words.js";

const STATES = {
  running: ["Running", "good"],
  opening: ["Opening", "starting"],
  failed: ["Failed", "bad"],
  awaited: ["Awaited", "warn"],
  idle: ["Not in use", "off"],
};

/** The part with models, what runs them, and how long their calls take. */
export function openModels(part) {
  const cards = h("div", { className: "cards" });
  const empty = h("p", { className: "empty" }, "The config names no model.");
  part.append(h("h2", { className: "unseen" }, "Models"), cards, empty);
  return {
    update({ state: { models } }) {
      shown(empty, models.length === 0);
      keyed(cards, models, { key: ({ id, tower }) => `${tower} ${id}`, create: createModel, update: updateModel });
    },
    close() {},
  };
}

function createModel({ id, tower }) {
  const label = `model-${tower}-${id}`;
  const model = {
    state: h("span", { className: "state" }),
    error: h("p", { className: "error" }),
    facts: h("dl", { className: "facts" }),
    refusals: h("ul"),
  };
  model.fallback = h("div", { className: "fallback" }, h("h4", {}, "Why not on another provider"), model.refusals);
  const title = tower === "texts" ? `${id} (texts)` : id;
  model.element = h(
    "article",
    { className: "card", "aria-labelledby": label },
    h("div", { className: "title" }, h("h3", { id: label, title }, title), model.state),
    model.error,
    model.facts,
    model.fallback,
  );
  return model;
}

function updateModel(model, view) {
  const [word, shape] = STATES[view.state];
  text(model.state, word);
  attribute(model.state, "data-state", shape);
  text(model.error, view.error ?? "");
  shown(model.error, view.error !== null);
  facts(model.facts, [
    ["Family", view.family],
    ["Task", view.task],
    ["Input", view.input?.join(" × ")],
    ["Classes", view.classes > 0 ? view.classes.toLocaleString("en") : null],
    ["Size", view.size_bytes === null ? null : `${(view.size_bytes / 1e6).toFixed(1)} MB`],
    ["Provider", view.provider],
    ["Sessions", view.sessions > 0 ? view.sessions : null],
    ["Time of a call", milliseconds(view.mean_ms)],
    ["Calls", view.sessions > 0 ? view.calls.toLocaleString("en") : null],
    ["Waiting now", view.sessions > 0 ? view.waiting : null],
  ]);
  shown(model.fallback, view.refusals.length > 0);
  keyed(model.refusals, view.refusals, {
    key: ({ provider, reason }) => `${provider}: ${reason}`,
    create: ({ provider, reason }) => h("li", {}, `${provider}: ${reason}`),
  });
}
