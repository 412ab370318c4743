import { h, keyed, shown, text } from "./dom.js";
import { duration } from "./words.js";

const EVERY_MS = 5000;
const SHOWN = 60;
const link = document.querySelector("#events-link");

/** Where nothing keeps events, there is no such part. */
const first = ask();
void first.then((answer) => shown(link, answer !== null));

/** The last events with picture and clip. */
export function openEvents(part) {
  const list = h("div", { className: "cards events" });
  const empty = h("p", { className: "empty" }, "Loading …");
  part.append(h("h2", { className: "unseen" }, "Events"), list, empty);
  let timer;
  let isClosed = false;
  const draw = async (asking = ask()) => {
    if (!document.hidden) {
      const answer = await asking.catch(() => null);
      if (isClosed) return;
      const events = answer?.events ?? [];
      text(empty, answer === null ? "Events are not kept here." : "Nothing has happened yet.");
      shown(empty, events.length === 0);
      keyed(list, events, { key: ({ id }) => id, create: createEvent, update: updateEvent });
    }
    timer = setTimeout(draw, EVERY_MS);
  };
  void draw();
  return {
    update() {},
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Null where there are none to ask for. */
async function ask() {
  const response = await fetch(`/events.json?limit=${SHOWN}`).catch(() => null);
  return response?.ok ? response.json() : null;
}

function createEvent({ id, camera, class: name }) {
  const label = `event-${id}`;
  const event = {
    media: h("div", { className: "picture", hidden: true }),
    title: h("h3", { id: label }, `${name} · ${camera}`),
    when: h("p"),
    more: h("p", { className: "hint" }),
  };
  event.element = h(
    "article",
    { className: "card", "aria-labelledby": label },
    event.media,
    event.title,
    event.when,
    event.more,
  );
  return event;
}

function updateEvent(event, { camera, pipeline, class: name, score, start, end, zones, snapshot, clip }) {
  const began = new Date(start);
  const length = end === null ? "still there" : duration((new Date(end) - began) / 1000);
  text(event.when, `${began.toLocaleString()} · ${length}`);
  const where = (zones ?? []).join(", ");
  const sure = score === null || score === undefined ? null : `${Math.round(score * 100)} %`;
  text(event.more, [sure, where, pipeline].filter(Boolean).join(" · "));
  const shownMedia = clip ?? snapshot ?? "";
  shown(event.media, shownMedia !== "");
  if (event.media.dataset.of === shownMedia) return;
  event.media.dataset.of = shownMedia;
  const label = `${name} at camera ${camera}`;
  if (clip !== null && clip !== undefined) {
    const video = h("video", {
      src: clip,
      controls: true,
      preload: "none",
      muted: true,
      "aria-label": `Clip of ${label}`,
    });
    if (snapshot !== null && snapshot !== undefined) video.poster = snapshot;
    event.media.replaceChildren(video);
  } else if (snapshot !== null && snapshot !== undefined) {
    event.media.replaceChildren(h("img", { src: snapshot, alt: `Picture of ${label}`, loading: "lazy" }));
  }
}
