import { describe, expect, it } from "vitest";
import { CompileError, compile, defineBlock, openEngine, type Plugin, refTo, z } from "../src/library.ts";

const greet = defineBlock({
  type: "greetings/greet@v1",
  summary: "Greets.",
  inputs: z.object({ guest: refTo(["guest"], z.string()).describe("Whom.") }),
  outputs: { text: "string" },
  init: ["word", "helper.mark"],
  example: { guest: "you" },
  run: ({ guest }, { init }) => ({ text: `${init.word} ${String(guest)}${init["helper.mark"]}` }),
});

let calls = 0;

async function mark(): Promise<string> {
  calls++;
  return "!";
}

const plugins: Record<string, Plugin> = {
  greetings: { blocks: [greet], kinds: { guest: {} }, initialisers: { word: "hello" } },
  helper: { initialisers: { mark } },
};

const DEFINITION = {
  version: "1.0",
  inputs: [{ type: "WorkflowBatchInput", name: "guest", kind: ["guest"] }],
  steps: ["first", "second"].map((name) => ({ type: "greetings/greet@v1", name, guest: "$inputs.guest" })),
  outputs: [{ type: "JsonField", name: "text", selector: "$steps.second.text" }],
};

const batch = { sources: ["a", "b"], inputs: { guest: ["Ann", "Ben"] }, pictures: false };

describe("plugins that a program brings", () => {
  it("give their blocks initialisation parameters, made once", async () => {
    const engine = openEngine(compile(DEFINITION, { plugins }), { plugins });
    expect((await engine.run(batch)).rows).toEqual([{ text: "hello Ann!" }, { text: "hello Ben!" }]);
    expect((await engine.run(batch)).rows).toHaveLength(2);
    expect(calls).toBe(1);
  });

  it("stand behind what the program gives, by full name and then by name", async () => {
    const greeting = async (initParameters: Record<string, unknown>) => {
      const settings = { plugins, initParameters };
      const { rows } = await openEngine(compile(DEFINITION, settings), settings).run(batch);
      return rows[0]?.["text"];
    };
    expect(await greeting({ "greetings.word": () => "good day", word: "bye" })).toBe("good day Ann!");
    // An initialiser by the full name comes before a value by the short one.
    expect(await greeting({ word: "bye" })).toBe("hello Ann!");
    expect(await greeting({ "helper.mark": "?" })).toBe("hello Ann?");
  });

  it("leave a definition with a fault when a parameter is missing", () => {
    const { greetings = {} } = plugins;
    expect(() => compile(DEFINITION, { plugins: { greetings } })).toThrowErrorMatchingInlineSnapshot(`
      [CompileError: /steps/0: step "first" (greetings/greet@v1): the block needs the initialisation parameter "helper.mark", which no plugin provides [COMPILE_INIT_PARAMETER]
          hint: export it among the initialisers of a plugin, or give it as "greetings.helper.mark" or "helper.mark"
      /steps/1: step "second" (greetings/greet@v1): the block needs the initialisation parameter "helper.mark", which no plugin provides [COMPILE_INIT_PARAMETER]
          hint: export it among the initialisers of a plugin, or give it as "greetings.helper.mark" or "helper.mark"]
    `);
    expect(() => compile(DEFINITION, { plugins: { greetings }, initParameters: { "helper.mark": "." } })).not.toThrow();
  });

  it("tell at the first run that an initialiser failed", async () => {
    const word = () => {
      throw new Error("no words");
    };
    const settings = { plugins, initParameters: { "greetings.word": word } };
    const engine = openEngine(compile(DEFINITION, settings), settings);
    await expect(engine.run(batch)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[MillraceError: the initialiser "greetings.word" failed: no words]`,
    );
  });

  it("are refused with everything that is wrong with them", () => {
    const wrong = { bad: { blocks: 5, kinds: [] } as unknown as Plugin, greetings: { blocks: [greet, greet] } };
    expect(() => compile(DEFINITION, { plugins: wrong })).toThrow(CompileError);
    expect(() => compile(DEFINITION, { plugins: wrong })).toThrowErrorMatchingInlineSnapshot(`
      [CompileError: plugin "bad": "blocks" is 5, expected a list of blocks made by defineBlock [PLUGIN_INTERFACE]
      plugin "bad": "kinds" is [], expected an object of kinds by name [PLUGIN_INTERFACE]
      plugin "greetings": the block "greetings/greet@v1" has a property "guest" of the unknown kind "guest" [PLUGIN_BLOCK]
      plugin "greetings": the block "greetings/greet@v1" has a property "guest" of the unknown kind "guest" [PLUGIN_BLOCK]
      plugin "greetings" has a block "greetings/greet@v1", which the plugin "greetings" has already [PLUGIN_LOAD]]
    `);
  });
});
