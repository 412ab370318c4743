import { h } from "./dom.js";

export function openModels(part) {
  part.append(h("h2", {}, "Models"));
  return { update() {}, close() {} };
}
