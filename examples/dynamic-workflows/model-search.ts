import { direct, dynamic, kind, pipeline, step } from "millrace";

// One training for each learning rate or each configuration: how many there are is known when the step runs.

interface Model {
  name: string;
  score: number;
}

/** Simulates a training: the nearer the rate is to 0.01, the better the model. */
function train(name: string, rate: number): Model {
  return { name, score: 1 / (1 + Math.abs(Math.log10(rate) + 2)) };
}

const best = (models: readonly Model[]) => models.toSorted((a, b) => b.score - a.score);

export const hyperparameterSearch = dynamic(
  { name: "hyperparameter_search", inputs: { config: kind.dictionary }, outputs: { best_model: kind.dictionary } },
  (_, { config }) => {
    const search = pipeline("search");
    const rates = config["learning_rates"] as number[];
    const names = rates.map((rate) => `model_lr_${rate}`);
    for (const [i, rate] of rates.entries()) {
      search.addStep(step({ name: "train", outputs: [names[i] as string] }, () => train(`lr ${rate}`, rate)));
    }
    search.addStep(
      step({ name: "choose", inputs: names, outputs: ["best_model"] }, (models) => best(Object.values(models))[0]),
    );
    return search;
  },
);

const trainOne = step(
  { name: "train_one", inputs: { name: kind.string, rate: kind.float }, outputs: { model: kind.dictionary } },
  ({ name, rate }) => ({ model: { ...train(name, rate) } }),
);

const rank = step(
  { name: "rank", inputs: { so_far: kind.list, model: kind.dictionary }, outputs: { leaderboard: kind.list } },
  ({ so_far, model }) => ({ leaderboard: best([...(so_far as Model[]), model as unknown as Model]) }),
);

/** One model for each configuration; those of the same number share a compiled workflow. */
export const trainAllModels = dynamic(
  { name: "train_all_models", inputs: { configs: kind.list }, outputs: { leaderboard: kind.list } },
  (_, { configs }) => {
    if (configs.length === 0) return direct({ leaderboard: [] });
    const p = pipeline("train_all");
    const models = (configs as { name: string; rate: number }[]).map((config) => p.step(trainOne, config).model);
    let leaderboard = p.step(rank, { so_far: [], model: models[0] as (typeof models)[0] }).leaderboard;
    for (const model of models.slice(1)) leaderboard = p.step(rank, { so_far: leaderboard, model }).leaderboard;
    return p.outputs({ leaderboard });
  },
);
