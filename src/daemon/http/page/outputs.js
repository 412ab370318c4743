import { h } from "./dom.js";

export function openOutputs(part) {
  part.append(h("h2", {}, "Outputs"));
  return { update() {}, close() {} };
}
