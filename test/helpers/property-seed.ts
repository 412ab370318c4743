import fc from "fast-check";

// Property tests try the same examples in every run; MILLRACE_PROPERTY_SEED=random, or a number, tries others.
const wanted = process.env["MILLRACE_PROPERTY_SEED"] ?? "20261128";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
