import { describe, expect, it } from "vitest";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import { BLOCK_LOADERS } from "../../src/blocks/block-loaders.ts";
import { LoadedBlocks } from "../../src/blocks/registry/loaded-blocks.ts";

describe("the loaders of blocks", () => {
  it("give the blocks of the list, under all of their names", async () => {
    const loaded = await Promise.all(BLOCK_LOADERS.map(([, load]) => load()));
    expect(loaded).toEqual(BLOCKS);
    expect(BLOCK_LOADERS.map(([names]) => names)).toEqual(BLOCKS.map(({ type, aliases }) => [type, ...aliases]));
  });
});

describe("blocks that were asked for", () => {
  const [tracker, alias] = ["roboflow_core/byte_tracker@v3", "ByteTracker"];

  it("are loaded once, by type or alias, and other names are passed over", async () => {
    const own = new LoadedBlocks();
    expect(await own.load([tracker, "nothing"])).toBe(true);
    expect(own.blocks.map(({ type }) => type)).toEqual([tracker]);
    expect(await own.load([tracker])).toBe(false);
    expect(await own.load(["nothing", "constructor"])).toBe(false);
    const named = BLOCKS.find(({ aliases }) => aliases.length > 0);
    await own.load(named?.aliases ?? [alias]);
    expect(own.blocks).toContain(named);
    expect(await own.load([named?.type ?? ""])).toBe(false);
  });

  it("whose files are gone are reported, and looked for again when they are asked for again", async () => {
    const [[names, load] = [[], () => Promise.reject()]] = BLOCK_LOADERS;
    let isGone = true;
    const gone = () => (isGone ? Promise.reject(new Error("Cannot find module '/gone.js'")) : load());
    const own = new LoadedBlocks([[names, gone]]);
    await expect(own.load(names)).rejects.toMatchObject({
      code: "BLOCK_FILES",
      message: `the block "${names[0]}" cannot be loaded: Cannot find module '/gone.js'; if millrace was updated or moved while it runs, restart it`,
    });
    expect(own.blocks).toEqual([]);
    isGone = false;
    expect(await own.load(names)).toBe(true);
    expect(own.blocks).toEqual([BLOCKS[0]]);
  });

  it("can be all", async () => {
    const own = new LoadedBlocks();
    expect(await own.loadAll()).toBe(true);
    expect(new Set(own.blocks)).toEqual(new Set(BLOCKS));
    expect(await own.loadAll()).toBe(false);
  });
});
