/** Names that the blocks of a family show for models, and what OpenRouter calls these. */
const SLUGS: Readonly<Record<string, string>> = {
  "Gemma 4 26B A4B": "google/gemma-4-26b-a4b-it",
  "Gemma 4 31B": "google/gemma-4-31b-it",
  "Kimi K2.5": "moonshotai/kimi-k2.5",
  "Kimi K2.6": "moonshotai/kimi-k2.6",
  "11B (Free)": "meta-llama/llama-3.2-11b-vision-instruct:free",
  "11B (Regular)": "meta-llama/llama-3.2-11b-vision-instruct",
  "11B": "meta-llama/llama-3.2-11b-vision-instruct",
  "90B (Free)": "meta-llama/llama-3.2-90b-vision-instruct:free",
  "90B (Regular)": "meta-llama/llama-3.2-90b-vision-instruct",
  "90B": "meta-llama/llama-3.2-90b-vision-instruct",
  "Muse Glimmer": "meta/muse-glimmer-30b",
  "Muse Spark 1.1": "meta/muse-spark-1.1",
  "Muse Spark 1.2": "meta/muse-spark-1.2",
  "Muse Spark 1.3": "meta/muse-spark-1.3",
  "Mistral Large 4": "mistralai/mistral-large-4-0",
  "GLM 5.3 Flash": "z-ai/glm-5.3-flash",
  "GLM 5V Turbo": "z-ai/glm-5v-turbo",
  "Qwen 3 VL 8B Instruct": "qwen/qwen3-vl-8b-instruct",
  "Qwen 3 VL 8B Thinking": "qwen/qwen3-vl-8b-thinking",
  "Qwen 3 VL 30B A3B Instruct": "qwen/qwen3-vl-30b-a3b-instruct",
  "Qwen 3 VL 30B A3B Thinking": "qwen/qwen3-vl-30b-a3b-thinking",
  "Qwen 3 VL 32B Instruct": "qwen/qwen3-vl-32b-instruct",
  "Qwen 3 VL 235B A22B": "qwen/qwen3-vl-235b-a22b-instruct",
  "Qwen 3 VL 235B A22B Thinking": "qwen/qwen3-vl-235b-a22b-thinking",
  "Qwen 3.5 9B": "qwen/qwen3.5-9b",
  "Qwen 3.5 27B": "qwen/qwen3.5-27b",
  "Qwen 3.5 35B A3B": "qwen/qwen3.5-35b-a3b",
  "Qwen 3.5 122B A10B": "qwen/qwen3.5-122b-a10b",
  "Qwen 3.5 397B A17B": "qwen/qwen3.5-397b-a17b",
  "Qwen 3.5 Flash": "qwen/qwen3.5-flash-02-23",
  "Qwen 3.5 Flash 02-23": "qwen/qwen3.5-flash-02-23",
  "Qwen 3.5 Plus": "qwen/qwen3.5-plus-20260420",
  "Qwen 3.5 Plus 20260420": "qwen/qwen3.5-plus-20260420",
  "Qwen 3.5 Plus 02-15": "qwen/qwen3.5-plus-02-15",
  "Qwen 3.6 27B": "qwen/qwen3.6-27b",
  "Qwen 3.6 35B A3B": "qwen/qwen3.6-35b-a3b",
  "Qwen 3.6 Flash": "qwen/qwen3.6-flash",
  "Qwen 3.6 Max Preview": "qwen/qwen3.6-max-preview",
  "Qwen 3.6 Plus": "qwen/qwen3.6-plus",
  "Qwen 3.7 Flash": "qwen/qwen3.7-flash",
  "Qwen 3.7 Plus": "qwen/qwen3.7-plus",
  "Qwen 3.8 27B": "qwen/qwen3.8-27b",
  "Qwen 3.8 Flash": "qwen/qwen3.8-flash",
  "Qwen 3.8 Max": "qwen/qwen3.8-max",
};

/** What OpenRouter calls a model, null for a name that is not known; a name with a slash is OpenRouter's own. */
export function slugOf(name: string): string | null {
  if (name.includes("/")) return name;
  const plain = name.replace(/ - OpenRouter$/, "");
  return Object.hasOwn(SLUGS, plain) ? (SLUGS[plain] ?? null) : null;
}
