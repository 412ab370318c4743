import { h } from "./dom.js";

export function openWorkflows(part) {
  part.append(h("h2", {}, "Workflows"));
  return { update() {}, close() {} };
}
