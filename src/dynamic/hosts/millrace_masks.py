"""Masks of detections: run lengths in windows of the picture, of which pixels are made when they are asked for."""

from millrace_ipc import ValueFault, np

# Place and size of the window, number of runs; -1 of them where a detection has no mask.
FIELDS = 5


class Masks:
    """For each detection (x, y, width, height, runs), or None; runs go down the columns, outside and inside in turn."""

    __slots__ = ("parts", "size")

    def __init__(self, parts, size):
        self.parts = parts
        # Height and width of the picture.
        self.size = size

    def pixels(self):
        """As supervision has them: an array of truth values, picture by picture."""
        masks = np.zeros((len(self.parts),) + self.size, bool)
        for mask, part in zip(masks, self.parts):
            if part is not None:
                paint(mask, *part)
        return masks


def paint(mask, x, y, width, height, runs):
    window = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height).T
    left, top = max(x, 0), max(y, 0)
    place = mask[top : max(top, y + height), left : max(left, x + width)]
    place[...] = window[top - y :, left - x :][: place.shape[0], : place.shape[1]]


def masks_from_ipc(packed, reader, size):
    """None where no detection has a mask."""
    if packed is None:
        return None
    rows, runs = reader.segments[packed["windows"]], reader.segments[packed["runs"]]
    parts, at = [], 0
    for x, y, width, height, count in rows if np is None else rows.tolist():
        parts.append(None if count < 0 else (x, y, width, height, runs[at : at + count]))
        at += max(count, 0)
    return Masks(parts, size)


def masks_to_ipc(masks, writer):
    """Of untouched masks, or of pixels."""
    parts = masks.parts if isinstance(masks, Masks) else [part_of(mask) for mask in masks]
    rows = [(0, 0, 0, 0, -1) if part is None else part[:4] + (len(part[4]),) for part in parts]
    runs = [part[4] for part in parts if part is not None]
    return {
        "windows": writer.add_numbers("windows", "int32", [number for row in rows for number in row], [len(rows), FIELDS]),
        "runs": add_runs(runs, writer),
    }


def add_runs(runs, writer):
    if np is None:
        return writer.add_numbers("runs", "uint32", [length for part in runs for length in part])
    return writer.add_array("runs", np.concatenate([np.empty(0, np.uint32)] + [np.asarray(part, np.uint32) for part in runs]))


def part_of(mask):
    mask = np.asarray(mask, bool)
    if mask.ndim != 2:
        raise ValueFault("a mask has two axes, not %d" % mask.ndim)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return 0, 0, 0, 0, []
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    flat = mask[top:bottom, left:right].T.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return left, top, right - left, bottom - top, [0] + runs if flat[0] else runs
