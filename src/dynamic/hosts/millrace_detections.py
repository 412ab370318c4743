"""Detections as blocks see them: supervision's own class where that is installed, else one like it."""

import array
import collections.abc
import dataclasses
import numbers
import sys
import typing

from millrace_masks import Masks, masks_from_ipc, masks_to_ipc
from millrace_points import COLUMNS as POINT_COLUMNS
from millrace_points import XY, column_of, lists_of, points_of, points_to_ipc
from millrace_values import new_id
from millrace_ipc import ValueFault, np

ORIGIN = "millrace_origin"


class Column(list):
    """Values of one field without numpy: compared item by item, taken by masks and lists of places."""

    __hash__ = None

    def _with(self, other, compare):
        if isinstance(other, (list, tuple)):
            if len(other) != len(self):
                raise ValueError("columns of %d and %d values" % (len(self), len(other)))
            return Column(compare(a, b) for a, b in zip(self, other))
        return Column(compare(a, other) for a in self)

    def __eq__(self, other):
        return self._with(other, lambda a, b: a == b)

    def __ne__(self, other):
        return self._with(other, lambda a, b: a != b)

    def __lt__(self, other):
        return self._with(other, lambda a, b: a < b)

    def __le__(self, other):
        return self._with(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self._with(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self._with(other, lambda a, b: a >= b)

    def __and__(self, other):
        return self._with(other, lambda a, b: bool(a and b))

    def __or__(self, other):
        return self._with(other, lambda a, b: bool(a or b))

    def __invert__(self):
        return Column(not a for a in self)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Column(list.__getitem__(self, index))
        if not isinstance(index, (list, tuple)):
            return list.__getitem__(self, index)
        if len(index) > 0 and all(isinstance(item, bool) for item in index):
            if len(index) != len(self):
                raise IndexError("a mask of %d values for %d" % (len(index), len(self)))
            return Column(item for item, wanted in zip(self, index) if wanted)
        return Column(list.__getitem__(self, place) for place in index)

    def tolist(self):
        return list(self)


def column(values):
    """Texts, numbers or truth values as an array; anything else as an array of objects."""
    if np is None:
        return Column(values)
    kinds = {type(value) for value in values}
    if len(kinds) == 1 and kinds <= {str, int, float, bool}:
        return np.array(values)
    array = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        array[i] = value
    return array


class Detections:
    """Boxes with their fields, as the class of that name in supervision behaves."""

    def __init__(self, xyxy, mask=None, confidence=None, class_id=None, tracker_id=None, data=None, metadata=None):
        self.xyxy = xyxy
        self._mask = mask
        self.confidence = confidence
        self.class_id = class_id
        self.tracker_id = tracker_id
        self.data = {} if data is None else data
        self.metadata = {} if metadata is None else metadata

    @property
    def mask(self):
        if type(self._mask) is Masks:
            if np is None:
                return None
            self._mask = self._mask.pixels()
        return self._mask

    @mask.setter
    def mask(self, mask):
        self._mask = mask

    @classmethod
    def empty(cls):
        if np is None:
            return cls(Column(), confidence=Column(), class_id=Column())
        return cls(np.empty((0, 4), np.float32), confidence=np.empty(0, np.float32), class_id=np.empty(0, int))

    @classmethod
    def merge(cls, detections_list):
        parts = [part for part in detections_list if len(part) > 0]
        if not parts:
            return cls.empty()
        mask = joined_masks([part._mask for part in parts])
        names = [name for name in COLUMNS if name != "mask" or mask is None]
        fields = {name: joined([getattr(part, name) for part in parts], name) for name in names}
        fields.setdefault("mask", mask)
        keys = set(parts[0].data)
        if any(set(part.data) != keys for part in parts):
            raise ValueError("detections with other data cannot be merged")
        data = {key: joined([part.data[key] for part in parts], key) for key in parts[0].data}
        return cls(data=data, metadata=dict(parts[0].metadata), **fields)

    def is_empty(self):
        return len(self) == 0

    def __eq__(self, other):
        if not isinstance(other, Detections):
            return NotImplemented
        fields = all(are_same(getattr(self, name), getattr(other, name)) for name in COLUMNS)
        if not fields or set(self.data) != set(other.data) or self.metadata != other.metadata:
            return False
        return all(are_same(self.data[key], other.data[key]) for key in self.data)

    __hash__ = None

    def __getstate__(self):
        return dict(self.__dict__, data=dict(self.data))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            'detections have no "%s" without the package supervision, which is not installed for %s' % (name, sys.executable)
        )

    def __len__(self):
        return len(self.xyxy)

    def __iter__(self):
        for i in range(len(self)):
            yield (
                self.xyxy[i],
                None if self.mask is None else self.mask[i],
                None if self.confidence is None else self.confidence[i],
                None if self.class_id is None else self.class_id[i],
                None if self.tracker_id is None else self.tracker_id[i],
                {key: values[i] for key, values in self.data.items()},
            )

    def __getitem__(self, index):
        if np is not None and type(index) is np.ndarray:
            # To take by places is several times quicker than by a mask.
            if index.dtype == bool and index.shape == (len(self),):
                index = index.nonzero()[0]
        elif isinstance(index, str):
            return self.data.get(index)
        elif isinstance(index, numbers.Integral):
            index = [int(index)]
        return Detections(
            taken(self.xyxy, index),
            taken_masks(self._mask, index),
            taken(self.confidence, index),
            taken(self.class_id, index),
            taken(self.tracker_id, index),
            self.data.taken(index)
            if isinstance(self.data, Data)
            else {key: taken(values, index) for key, values in self.data.items()},
            dict(self.metadata),
        )

    def __setitem__(self, key, value):
        if len(value) != len(self):
            raise ValueError("%d values for %d detections" % (len(value), len(self)))
        self.data[key] = value if np is None or isinstance(value, np.ndarray) else column(list(value))

    @property
    def area(self):
        return self.box_area if self.mask is None else np.array([mask.sum() for mask in self.mask])

    @property
    def box_area(self):
        if np is None:
            return Column((box[2] - box[0]) * (box[3] - box[1]) for box in self.xyxy)
        return (self.xyxy[:, 3] - self.xyxy[:, 1]) * (self.xyxy[:, 2] - self.xyxy[:, 0])


COLUMNS = ("xyxy", "mask", "confidence", "class_id", "tracker_id")


@dataclasses.dataclass
class Fields:
    """Those of the class above, for `dataclasses.replace`."""

    xyxy: typing.Any
    mask: typing.Any
    confidence: typing.Any
    class_id: typing.Any
    tracker_id: typing.Any
    data: typing.Any
    metadata: typing.Any


Detections.__dataclass_fields__ = Fields.__dataclass_fields__


def are_same(a, b):
    if a is None or b is None:
        return a is b
    if np is not None:
        return np.array_equal(np.asarray(a), np.asarray(b))
    return list(a) == list(b)


def taken(values, index):
    if values is None:
        return None
    if np is not None and isinstance(values, np.ndarray):
        return values.take(index, 0) if isinstance(index, np.ndarray) and index.dtype.kind == "i" else values[index]
    if np is None:
        return values[index]
    return Column(values)[index.tolist() if hasattr(index, "tolist") else index]


def taken_masks(masks, index):
    return Masks(taken(masks.parts, index), masks.size) if type(masks) is Masks else taken(masks, index)


def joined_masks(parts):
    """The untouched ones of one size; else None."""
    if not all(type(part) is Masks and part.size == parts[0].size for part in parts):
        return None
    return Masks([mask for part in parts for mask in part.parts], parts[0].size)


def joined(parts, name):
    if all(part is None for part in parts):
        return None
    if any(part is None for part in parts):
        raise ValueError('some detections have "%s" and others do not' % name)
    if np is None or not isinstance(parts[0], np.ndarray):
        return Column(item for part in parts for item in part)
    return np.concatenate(parts)


def detections_from_ipc(packed, reader, kind):
    """`kind` is the class to make: supervision's or the one above."""
    table = reader.segments[packed["s"]]
    rows = {name: table[7 + i] for i, name in enumerate(packed["optional"])}
    tracker = rows.get("tracker_id")
    if np is None:
        fields = Column(list(box) for box in zip(*table[:4])), Column(table[4]), Column(int(i) for i in table[5])
        tracker = None if tracker is None else Column(-1 if i != i else int(i) for i in tracker)
    else:
        # Copies, so that each may be changed.
        fields = table[:4].T.astype(np.float32, "C"), table[4].astype(np.float32), table[5].astype(int)
        tracker = None if tracker is None else np.where(np.isnan(tracker), -1, tracker).astype(int)
    points = None if "keypoints" not in packed else reader.segments[packed["keypoints"]["s"]]
    data = own_data(packed, table[6].copy() if np is not None else Column(table[6]), points)
    if kind is not Detections:
        data = dict(data)
    if "time_in_zone" in rows:
        data["time_in_zone"] = column([None if i != i else float(i) for i in rows["time_in_zone"]])
    for key, values in packed.get("data", {}).items():
        if key not in data:
            data[key] = column(reader.read(values))
    origin = {key: packed.get(key) for key in ("width", "height", "parent_id", "parent", "root", "inference_id")}
    mask = masks_from_ipc(packed.get("masks"), reader, (int(packed["height"]), int(packed["width"])))
    if mask is not None and kind is not Detections:
        mask = mask.pixels()
    detections = kind(
        xyxy=fields[0], mask=mask, confidence=fields[1], class_id=fields[2], tracker_id=tracker, data=data
    )
    if kind is Detections:
        # Detections of several pictures are merged, which supervision refuses where metadata differ.
        detections.metadata[ORIGIN] = origin
    return detections, origin


def origin_key(origin):
    return origin["parent_id"], origin["root"]["id"]


def key_of(data):
    """Whose picture it is, by the columns of detections; None where they do not say."""
    names = data.get("parent_id"), data.get("root_parent_id")
    if any(column is None or len(column) == 0 for column in names):
        return None
    return tuple(str(column[0]) for column in names)


def origin_of_columns(data):
    """The same of detections that a block has made itself, as the reference notes it."""
    names = "image_dimensions", "parent_coordinates", "parent_dimensions", "root_parent_coordinates", "root_parent_dimensions"
    key = key_of(data)
    if key is None or any(name not in data or len(data[name]) == 0 for name in names):
        return None
    (height, width), *places = ([int(i) for i in data[name][0]] for name in names)
    parent, root = (
        {"id": key[1], "offset_x": x, "offset_y": y, "width": w, "height": h}
        for (x, y), (h, w) in (places[:2], places[2:])
    )
    known = {"width": width, "height": height, "parent_id": key[0], "root": root, "inference_id": None}
    return dict(known, parent=None if key[0] == key[1] else parent)


class Known:
    """Detections as the daemon sent them; columns are made on first use."""

    def __init__(self, packed, numbers, table):
        self.packed = packed
        # For each detection the number of its class in the list of different names.
        self.numbers = numbers
        # Of key points, None where there are none.
        self.table = table

    def column(self, key, places):
        if key in ("class_name", "detection_id"):
            texts = self.texts(key, places)
            return Column(texts) if np is None else np.array(texts, dtype=str)
        if key in POINT_COLUMNS:
            return column(column_of(key, self.points(places)))
        count = len(self.numbers if places is None else places)
        return repeated(SAME[key](self.packed), count)

    def points(self, places):
        points = points_of(self.packed["keypoints"], self.table)
        return points if places is None else list(map(points.__getitem__, plain(places)))

    def texts(self, key, places):
        if key == "class_name":
            classes = self.packed["classes"]
            return [classes[i] for i in plain(self.class_numbers(places), int)]
        ids = texts_from_ipc(self.packed["ids"])
        return ids if places is None else list(map(ids.__getitem__, plain(places)))

    def class_numbers(self, places):
        return self.numbers if places is None else taken(self.numbers, places)


def prediction_type(packed):
    if "keypoints" in packed:
        return "keypoint-detection"
    return "instance-segmentation" if "masks" in packed else "object-detection"


def parent_of(packed):
    return packed["parent"] or packed["root"]


# Columns that have one value for all detections, the same for every detection of a picture.
SAME = {
    "parent_id": lambda packed: packed["parent_id"],
    "image_dimensions": lambda packed: (packed["height"], packed["width"]),
    "prediction_type": lambda packed: prediction_type(packed),
    "root_parent_id": lambda packed: packed["root"]["id"],
    "root_parent_coordinates": lambda packed: (packed["root"]["offset_x"], packed["root"]["offset_y"]),
    "root_parent_dimensions": lambda packed: (packed["root"]["height"], packed["root"]["width"]),
    "parent_coordinates": lambda packed: (parent_of(packed)["offset_x"], parent_of(packed)["offset_y"]),
    "parent_dimensions": lambda packed: (parent_of(packed)["height"], parent_of(packed)["width"]),
    "inference_id": lambda packed: packed["inference_id"],
}
# Marks a column that was not used yet.
UNMADE = object()
UNMADE_COLUMNS = dict.fromkeys(("class_name", "detection_id") + tuple(SAME), UNMADE)
# What the daemon knows of every detection by itself.
OWN_DATA = frozenset(UNMADE_COLUMNS) | {"time_in_zone"}


class Data(collections.abc.MutableMapping):
    """Columns by name, made when they are asked for: most calls look at few of them."""

    def __init__(self, columns, known, places=None):
        self._columns = columns
        self._known = known
        # Which of the detections that are known belong to these, None for all.
        self._places = places

    def __getitem__(self, key):
        value = self._columns[key]
        if value is UNMADE:
            value = self._columns[key] = self._known.column(key, self._places)
        return value

    def __setitem__(self, key, value):
        self._columns[key] = value

    def __delitem__(self, key):
        del self._columns[key]

    def __contains__(self, key):
        return key in self._columns

    def __iter__(self):
        return iter(self._columns)

    def __len__(self):
        return len(self._columns)

    def __repr__(self):
        return repr(dict(self))

    def unmade_texts(self, key):
        """The texts of a column that was not used."""
        return self._known.texts(key, self._places) if self._columns.get(key) is UNMADE else None

    def unmade_classes(self):
        """Different names and the number of each detection's, when the names were not used."""
        if self._columns.get("class_name") is not UNMADE:
            return None
        return self._known.packed["classes"], self._known.class_numbers(self._places)

    def unmade_points(self):
        """The key points when they were not used."""
        if any(self._columns.get(key) is not UNMADE for key in POINT_COLUMNS):
            return None
        return self._known.points(self._places)

    def taken(self, index):
        """Of each column what is at that index."""
        columns = {key: value if value is UNMADE else taken(value, index) for key, value in self._columns.items()}
        return Data(columns, self._known, self._places_at(index))

    def _places_at(self, index):
        if self._places is not None:
            return taken(self._places, index)
        if np is not None and type(index) is np.ndarray and index.dtype == int:
            # It may be changed before a column is made.
            return index.copy()
        count = len(self._known.numbers)
        return taken(Column(range(count)) if np is None else np.arange(count), index)


def own_data(packed, numbers, points):
    columns = UNMADE_COLUMNS.copy()
    if points is not None:
        columns.update(dict.fromkeys(POINT_COLUMNS, UNMADE))
    if packed.get("inference_id") is None:
        del columns["inference_id"]
    return Data(columns, Known(packed, numbers, points))


def texts_from_ipc(packed):
    return packed.split(",") if type(packed) is str else packed


def texts_to_ipc(texts):
    """One text is quicker to read and to write than a list of them."""
    joined_text = ",".join(texts)
    return joined_text if texts and joined_text.count(",") == len(texts) - 1 else texts


def repeated(value, count):
    if np is None:
        return Column([value] * count)
    single = np.array(value)
    # One value in memory, seen `count` times; selecting from it makes a new array.
    same = np.ndarray((count,) + single.shape, single.dtype, single, 0, (0,) + single.strides)
    same.flags.writeable = False
    return same


def detections_to_ipc(detections, writer, origin):
    """`origin` says whose picture it is."""
    if origin is None:
        raise ValueFault(
            "%s are detections of no picture: no input of the call is a picture or has detections" % writer.path[0]
        )
    count, data = len(detections), detections.data
    class_id = filled(detections.class_id, count, 0)
    known, places = class_names(data, class_id)
    whole = plain(class_id, None if is_whole(class_id) else int)
    rows = [class_id if is_whole(class_id) else whole, places]
    # Numbers that 4 bytes hold as they are.
    is_narrow = count == 0 or (max(whole) <= LARGEST_NARROW and min(whole) >= -LARGEST_NARROW)
    optional = []
    if detections.tracker_id is not None:
        optional.append("tracker_id")
        tracker_id = [NAN if i is None or i < 0 else i for i in plain(detections.tracker_id)]
        rows.append(tracker_id)
        is_narrow = is_narrow and not any(i > LARGEST_NARROW for i in tracker_id)
    if "time_in_zone" in data:
        optional.append("time_in_zone")
        rows.append([NAN if i is None else i for i in data["time_in_zone"]])
        is_narrow = False
    packed = {
        "$": "detections",
        "s": table(writer, detections.xyxy, filled(detections.confidence, count, 1.0), rows, is_narrow),
        "optional": optional,
        "classes": known,
        "ids": texts_to_ipc(texts_of(data, "detection_id") or [new_id() for _ in range(count)]),
    }
    packed.update({key: value for key, value in origin.items() if value is not None or key == "parent"})
    # Columns that were not used are unchanged.
    mask = detections._mask if isinstance(detections, Detections) else detections.mask
    if mask is not None:
        packed["masks"] = masks_to_ipc(mask, writer)
    own = OWN_DATA
    if XY in data:
        own = OWN_DATA.union(POINT_COLUMNS)
        points = data.unmade_points() if type(data) is Data else None
        packed["keypoints"] = points_to_ipc(lists_of(data, count) if points is None else points, writer)
    others = {key: plain(data[key]) for key in data if key not in own}
    if others:
        packed["data"] = {key: writer.at(key, values) for key, values in others.items()}
        for key, values in packed["data"].items():
            packed["data"][key] = [{"$": "undefined"} if value is None else value for value in values]
    return packed


def class_names(data, class_id):
    """Different names, and for each detection the number of its own."""
    unmade = data.unmade_classes() if type(data) is Data else None
    if unmade is not None:
        return unmade
    names = texts_of(data, "class_name")
    if names is None:
        names = [str(i) for i in plain(class_id, int)]
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return list(numbers), [numbers[name] for name in names]


def texts_of(data, key):
    """None where there is no such column."""
    unmade = data.unmade_texts(key) if type(data) is Data else None
    if unmade is not None:
        return unmade
    values = data.get(key)
    if values is None:
        return None
    if np is not None and isinstance(values, np.ndarray) and values.dtype.kind == "U":
        return values.tolist()
    return [str(value) for value in values]


NAN = float("nan")
LARGEST_NARROW = 2**24


def table(writer, xyxy, confidence, others, is_narrow):
    """A row for each field, boxes first; of 4 bytes a number if that holds them all."""
    count = len(confidence)
    shape = [5 + len(others), count]
    if np is None:
        rows = [[box[i] for box in xyxy] for i in range(4)] + [confidence] + others
        flat = array.array("d", [number for row in rows for number in row])
        return writer.add("detections", "float64", shape, flat.tobytes())
    boxes, confidence = np.asarray(xyxy).reshape(count, 4), np.asarray(confidence)
    is_narrow = is_narrow and boxes.dtype == confidence.dtype == np.float32
    rows = np.empty(shape, np.float32 if is_narrow else np.float64)
    rows[:4] = boxes.T
    rows[4] = confidence
    for i, row in enumerate(others):
        rows[5 + i] = row
    return writer.add_array("detections", rows)


def is_whole(values):
    return np is not None and isinstance(values, np.ndarray) and values.dtype.kind in "iu"


def filled(values, count, default):
    return [default] * count if values is None else values


def plain(values, kind=None):
    """A list of Python's own numbers or texts."""
    if np is not None and isinstance(values, np.ndarray):
        return (values if kind is None else values.astype(kind)).tolist()
    return list(values) if kind is None else [kind(value) for value in values]
