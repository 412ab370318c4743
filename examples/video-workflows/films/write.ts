import { carsFilm } from "./cars-film.ts";
import { writeFilm } from "./film.ts";
import { partsFilm } from "./parts-film.ts";
import { doorFilm, queueFilm, roadFilm } from "./places-films.ts";

// npx tsx examples/video-workflows/films/write.ts FOLDER

const [folder = "."] = process.argv.slice(2);
await writeFilm(partsFilm, `${folder}/parts.mp4`);
await writeFilm(carsFilm, `${folder}/cars.mp4`);
await writeFilm(doorFilm, `${folder}/door.mp4`);
await writeFilm(roadFilm, `${folder}/road.mp4`);
await writeFilm(queueFilm, `${folder}/queue.mp4`);
