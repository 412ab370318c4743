"""Key points of detections: for each detection a list of (x, y, confidence, number of the class, class), or None."""

from millrace_ipc import np

# Columns of detections in the reference, a list or array for each detection.
XY, CONFIDENCE, CLASS_ID, CLASS_NAME = COLUMNS = (
    "keypoints_xy",
    "keypoints_confidence",
    "keypoints_class_id",
    "keypoints_class_name",
)


def points_of(packed, table):
    names = packed["classes"]
    rows = table if np is None else table.tolist()
    points = list(zip(*rows[:3], map(int, rows[3]), (names[int(i)] for i in rows[4])))
    lists, at = [], 0
    for count in packed["counts"]:
        lists.append(None if count < 0 else points[at : at + count])
        at += max(count, 0)
    return lists


def column_of(key, lists):
    """What the reference has under that name."""
    part = slice(0, 2) if key == XY else COLUMNS.index(key) + 1
    values = [None if points is None else [list(p[part]) if key == XY else p[part] for p in points] for points in lists]
    if np is None:
        return values
    kind = {XY: np.float32, CONFIDENCE: np.float32, CLASS_ID: int, CLASS_NAME: str}[key]
    return [None if value is None else shaped(np.array(value, kind), key) for value in values]


def shaped(array, key):
    return array.reshape(-1, 2) if key == XY else array


def lists_of(columns, count):
    """The reverse; what is missing beside the places has the values of an unnamed point."""
    known = {key: columns[key] for key in COLUMNS if key in columns}
    return [list_of({key: column[i] for key, column in known.items()}) for i in range(count)]


def list_of(fields):
    places = fields[XY]
    if places is None:
        return None
    get = {key: fields.get(key) for key in COLUMNS}
    return [
        (
            float(place[0]),
            float(place[1]),
            1.0 if get[CONFIDENCE] is None else float(get[CONFIDENCE][i]),
            i if get[CLASS_ID] is None else int(get[CLASS_ID][i]),
            str(i if get[CLASS_NAME] is None else get[CLASS_NAME][i]),
        )
        for i, place in enumerate(places)
    ]


def points_to_ipc(lists, writer):
    points = [point for points in lists for point in points or ()]
    names = {name: i for i, name in enumerate(dict.fromkeys(point[4] for point in points))}
    rows = list(zip(*((x, y, c, i, names[name]) for x, y, c, i, name in points))) or [()] * 5
    table = writer.add_numbers("keypoints", "float64", [number for row in rows for number in row], [5, len(points)])
    return {"s": table, "counts": [-1 if points is None else len(points) for points in lists], "classes": list(names)}
