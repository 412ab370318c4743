import { carsFilm } from "./cars-film.ts";
import { writeFilm } from "./film.ts";
import { partsFilm } from "./parts-film.ts";

// npx tsx examples/video-workflows/films/write.ts FOLDER

const [folder = "."] = process.argv.slice(2);
await writeFilm(partsFilm, `${folder}/parts.mp4`);
await writeFilm(carsFilm, `${folder}/cars.mp4`);
