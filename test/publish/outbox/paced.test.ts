import { expect, test } from "vitest";
import type { Message } from "../../../src/publish/messages/message-class.ts";
import { createPaced } from "../../../src/publish/outbox/paced.ts";

/** A clock that stands still until it is moved. */
function clockOf() {
  let now = 0;
  let due: { at: number; action: () => void } | null = null;
  return {
    clock: {
      now: () => now,
      after(ms: number, action: () => void) {
        due = { at: now + ms, action };
        return () => {
          due = null;
        };
      },
    },
    move(to: number) {
      now = to;
      if (due === null || due.at > now) return;
      const { action } = due;
      due = null;
      action();
    },
  };
}

function pacing() {
  const sent: string[] = [];
  const { clock, move } = clockOf();
  const paced = createPaced(1000, ({ topic, payload }) => sent.push(`${topic} ${String(payload)}`), clock);
  const put = (topic: string, payload: string) => paced.put({ class: "count", topic, payload } satisfies Message);
  return { sent, move, put, paced };
}

test("the first of a topic goes at once, of those within a second the last, when it is over", () => {
  const { sent, move, put } = pacing();
  put("a", "1");
  put("b", "1");
  move(100);
  put("a", "2");
  move(600);
  put("a", "3");
  expect(sent).toEqual(["a 1", "b 1"]);
  move(1000);
  expect(sent).toEqual(["a 1", "b 1", "a 3"]);
  move(1500);
  put("b", "2");
  put("a", "4");
  expect(sent.slice(3)).toEqual(["b 2"]);
  move(2000);
  expect(sent.slice(4)).toEqual(["a 4"]);
});

test("at the end what waits goes at once", () => {
  const { sent, put, paced } = pacing();
  put("a", "1");
  put("a", "2");
  paced.flush();
  expect(sent).toEqual(["a 1", "a 2"]);
});
