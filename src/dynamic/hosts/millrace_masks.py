"""Masks of detections as run lengths, the form in which they are passed on: `{"size": [height, width], "counts": [...]}`."""

from millrace_wire import ValueFault, np

RLE = "rle"


def masks_of(rles):
    """What makes masks of the run lengths of all detections, which have one size; else none."""
    if np is None or len(rles) == 0 or not all(is_rle(rle) for rle in rles):
        return None
    if len({tuple(rle["size"]) for rle in rles}) != 1:
        return None
    return lambda: np.stack([mask_of(rle) for rle in rles])


def is_rle(rle):
    return isinstance(rle, dict) and len(rle.get("size", ())) == 2 and "counts" in rle


def mask_of(rle):
    """Columns of pixels that are off and on in turn, as COCO has them: lengths, or its text of them."""
    height, width = rle["size"]
    counts = rle["counts"]
    counts = np.asarray(lengths_of(counts) if isinstance(counts, str) else counts, np.int64)
    flat = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    if len(flat) != height * width:
        raise ValueError("a mask of %d x %d pixels whose lengths add up to %d" % (width, height, len(flat)))
    return flat.reshape(width, height).T


def lengths_of(text):
    """Five bits a character, lowest first, from the third length on as differences to the last but one."""
    lengths, value, shift = [], 0, 0
    for character in text.encode():
        bits = character - 48
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        lengths.append(value + (lengths[-2] if len(lengths) > 2 else 0))
        value, shift = 0, 0
    return lengths


def rle_of(mask):
    mask = np.asarray(mask, bool)
    if mask.ndim != 2:
        raise ValueFault("a mask has two axes, not %d" % mask.ndim)
    flat = mask.T.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return {"size": list(mask.shape), "counts": [0] + counts if flat.size and flat[0] else counts}
