import { h, shown, text } from "./dom.js";

// What this browser may do, and the token that it may need; who is signed in has a cookie that scripts do not see.

const button = document.querySelector("#session");
const listeners = new Set();
let session = null;
let asking = null;

/** `listener(session)` now, where it is known, and at every change; gives what ends that. */
export function watchSession(listener) {
  listeners.add(listener);
  if (session !== null) listener(session);
  return () => listeners.delete(listener);
}

/** Asks for a change; where the token is missing, the user is asked for it first. */
export async function ask(address, options) {
  const isLacking = session?.has_token && !session.changes;
  if (isLacking && !(await signIn())) return new Response("the token is missing", { status: 401 });
  const response = await fetch(address, options);
  if (response.status !== 401 || !(await signIn())) return response;
  return fetch(address, options);
}

async function read() {
  const response = await fetch("/api/session").catch(() => null);
  if (!response?.ok) return;
  session = await response.json();
  shown(button, session.has_token);
  text(button, session.signed_in ? "Sign out" : "Sign in");
  for (const listener of listeners) listener(session);
}

/** True once the daemon has taken the token, false when the user gives up. */
export function signIn() {
  asking ??= askForToken().finally(() => {
    asking = null;
  });
  return asking;
}

function askForToken() {
  const token = h("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
  const message = h("p", { className: "error", role: "alert" });
  const cancel = h("button", { type: "button" }, "Cancel");
  const form = h(
    "form",
    {},
    h("h2", { id: "token-title" }, "Token"),
    h("p", {}, "It is http.token of the config. This browser keeps a cookie for thirty days in its place."),
    // Under this name password managers keep it.
    h("input", { type: "text", autocomplete: "username", value: "millrace", hidden: true }),
    h("label", { htmlFor: "token" }, "Token"),
    token,
    message,
    h("div", { className: "actions" }, h("button", { className: "main" }, "Sign in"), cancel),
  );
  const dialog = h("dialog", { className: "panel", "aria-labelledby": "token-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let isIn = false;
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isIn);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      text(message, "");
      const refusal = await send("POST", { token: token.value.trim() });
      if (refusal !== null) {
        text(message, refusal);
        token.select();
        return;
      }
      isIn = true;
      const saw = session?.sees ?? true;
      await read();
      dialog.close();
      // Everything was refused until now.
      if (!saw) location.reload();
    });
  });
}

/** Why it was refused; null where it was not. */
async function send(method, body) {
  const response = await fetch("/api/session", {
    method,
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => null);
  if (response?.ok) return null;
  if (response === null) return "The daemon is not reachable.";
  return response.status === 401 ? "This is not the token." : await reasonOf(response);
}

/** What the daemon says of a refusal. */
export async function reasonOf(response) {
  const answer = await response.text();
  try {
    const { message, hint } = JSON.parse(answer).error;
    return hint ? `${message}: ${hint}` : message;
  } catch {
    return answer.slice(0, 300);
  }
}

button.addEventListener("click", async () => {
  if (!session.signed_in) return void signIn();
  await send("DELETE");
  location.reload();
});
void read();
