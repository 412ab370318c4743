"""Detections as blocks see them: supervision's own class where the block names that library, else one like it."""

import collections.abc
import numbers

from millrace_masks import RLE, masks_of, rle_of
from millrace_values import new_id
from millrace_wire import ValueFault, np

ORIGIN = "millrace_origin"
# What the daemon knows of every detection by itself.
OWN_DATA = (
    "class_name",
    "detection_id",
    "parent_id",
    "image_dimensions",
    "inference_id",
    "prediction_type",
    "root_parent_id",
    "root_parent_coordinates",
    "root_parent_dimensions",
    "parent_coordinates",
    "parent_dimensions",
    "time_in_zone",
)


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
        if type(self._mask) is Pending:
            self._mask = self._mask.make()
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
        names = ("xyxy", "mask", "confidence", "class_id", "tracker_id")
        fields = {name: joined([getattr(part, name) for part in parts], name) for name in names}
        keys = set(parts[0].data)
        if any(set(part.data) != keys for part in parts):
            raise ValueError("detections with other data cannot be merged")
        data = {key: joined([part.data[key] for part in parts], key) for key in parts[0].data}
        return cls(data=data, metadata=dict(parts[0].metadata), **fields)

    def is_empty(self):
        return len(self) == 0

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
        if isinstance(index, str):
            return self.data.get(index)
        if isinstance(index, numbers.Integral):
            index = [int(index)]
        return Detections(
            taken(self.xyxy, index),
            Data.taken_of(self._mask, index),
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


def taken(values, index):
    if values is None:
        return None
    if np is None or isinstance(values, np.ndarray):
        return values[index]
    return Column(values)[index.tolist() if hasattr(index, "tolist") else index]


def joined(parts, name):
    if all(part is None for part in parts):
        return None
    if any(part is None for part in parts):
        raise ValueError('some detections have "%s" and others do not' % name)
    if np is None or not isinstance(parts[0], np.ndarray):
        return Column(item for part in parts for item in part)
    return np.concatenate(parts)


def detections_from_wire(wire, reader, kind):
    """`kind` is the class to make: supervision's or the one above."""
    table = reader.segments[wire["s"]]
    rows = {name: table[7 + i] for i, name in enumerate(wire["optional"])}
    tracker = rows.get("tracker_id")
    if np is None:
        fields = Column(list(box) for box in zip(*table[:4])), Column(table[4]), Column(int(i) for i in table[5])
        places = table[6]
        tracker = None if tracker is None else Column(-1 if i != i else int(i) for i in tracker)
    else:
        # Copies, so that each may be changed and none keeps the table.
        fields = np.array(table[:4].T, np.float32, order="C"), table[4].astype(np.float32), table[5].astype(int)
        places = table[6].tolist()
        tracker = None if tracker is None else np.where(np.isnan(tracker), -1, tracker).astype(int)
    data = own_data(wire, places)
    if kind is not Detections:
        data = dict(data)
    if "time_in_zone" in rows:
        data["time_in_zone"] = column([None if i != i else float(i) for i in rows["time_in_zone"]])
    for key, values in wire.get("data", {}).items():
        if key not in data:
            data[key] = column(reader.read(values))
    origin = {key: wire.get(key) for key in ("width", "height", "parent_id", "parent", "root", "inference_id")}
    make = masks_of(data[RLE]) if RLE in data else None
    mask = None if make is None else Pending(make) if kind is Detections else make()
    detections = kind(
        xyxy=fields[0], mask=mask, confidence=fields[1], class_id=fields[2], tracker_id=tracker, data=data
    )
    if hasattr(detections, "metadata"):
        detections.metadata[ORIGIN] = origin
    return detections, origin


class Pending:
    """A column that nobody has asked for yet."""

    __slots__ = ("make",)

    def __init__(self, make):
        self.make = make


class Data(collections.abc.MutableMapping):
    """Columns by name, made when they are asked for: most calls look at few of them."""

    def __init__(self, columns):
        self._columns = columns

    def __getitem__(self, key):
        value = self._columns[key]
        if type(value) is Pending:
            value = self._columns[key] = value.make()
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

    def taken(self, index):
        """Of each column what is at that index."""
        if np is not None and isinstance(index, np.ndarray):
            # It may be changed before a column is made.
            index = index.copy()
        return Data({key: self.taken_of(value, index) for key, value in self._columns.items()})

    @staticmethod
    def taken_of(value, index):
        if type(value) is not Pending:
            return taken(value, index)
        return Pending(lambda: taken(value.make(), index))


def own_data(wire, places):
    count, root, parent = len(places), wire["root"], wire["parent"] or wire["root"]
    classes = wire["classes"]
    same = {
        "parent_id": wire["parent_id"],
        "image_dimensions": (wire["height"], wire["width"]),
        "prediction_type": "object-detection",
        "root_parent_id": root["id"],
        "root_parent_coordinates": (root["offset_x"], root["offset_y"]),
        "root_parent_dimensions": (root["height"], root["width"]),
        "parent_coordinates": (parent["offset_x"], parent["offset_y"]),
        "parent_dimensions": (parent["height"], parent["width"]),
    }
    if wire.get("inference_id") is not None:
        same["inference_id"] = wire["inference_id"]
    columns = {
        "class_name": Pending(lambda: text_column([classes[int(i)] for i in places])),
        "detection_id": Pending(lambda: text_column(wire["ids"])),
    }
    for key, value in same.items():
        columns[key] = Pending(lambda value=value: repeated(value, count))
    return Data(columns)


def text_column(values):
    return Column(values) if np is None else np.array(values, dtype=str)


def repeated(value, count):
    if np is None:
        return Column([value] * count)
    single = np.array(value)
    # One value in memory, seen `count` times; whoever takes some of it gets an array of its own.
    same = np.ndarray((count,) + single.shape, single.dtype, single, 0, (0,) + single.strides)
    same.flags.writeable = False
    return same


def detections_to_wire(detections, writer, origin):
    """`origin` says whose picture it is when the detections do not."""
    origin = getattr(detections, "metadata", {}).get(ORIGIN) or origin
    if origin is None:
        raise ValueFault(
            "%s are detections of no picture: no input of the call is a picture or has detections" % writer.path[0]
        )
    count = len(detections)
    class_id = plain(filled(detections.class_id, count, 0), int)
    names = texts(detections.data.get("class_name"), [str(i) for i in class_id])
    known = list(dict.fromkeys(names))
    places = {name: i for i, name in enumerate(known)}
    rows = [class_id, [places[name] for name in names]]
    optional = []
    if detections.tracker_id is not None:
        optional.append("tracker_id")
        rows.append([float("nan") if i is None or i < 0 else i for i in plain(detections.tracker_id)])
    if "time_in_zone" in detections.data:
        optional.append("time_in_zone")
        rows.append([float("nan") if i is None else i for i in detections.data["time_in_zone"]])
    wire = {
        "$": "detections",
        "s": table(writer, detections.xyxy, filled(detections.confidence, count, 1.0), rows),
        "optional": optional,
        "classes": known,
        "ids": texts(detections.data.get("detection_id"), None),
    }
    if wire["ids"] is None:
        wire["ids"] = [new_id() for _ in range(count)]
    wire.update({key: value for key, value in origin.items() if value is not None or key == "parent"})
    others = {key: plain(detections.data[key]) for key in detections.data if key not in OWN_DATA}
    # Masks that nobody has looked at are what they were.
    mask = detections._mask if isinstance(detections, Detections) else detections.mask
    if mask is not None and type(mask) is not Pending:
        others[RLE] = [rle_of(one) for one in mask]
    if others:
        wire["data"] = {key: writer.at(key, values) for key, values in others.items()}
        for key, values in wire["data"].items():
            wire["data"][key] = [{"$": "undefined"} if value is None else value for value in values]
    return wire


def table(writer, xyxy, confidence, others):
    """A row for each field, boxes first; of 4 bytes a number if that holds them all."""
    count = len(confidence)
    shape = [5 + len(others), count]
    if np is None:
        import array

        rows = [[box[i] for box in xyxy] for i in range(4)] + [confidence] + others
        flat = array.array("d", [number for row in rows for number in row])
        return writer.add("detections", "float64", shape, flat.tobytes())
    boxes, confidence = np.asarray(xyxy).reshape(count, 4), np.asarray(confidence)
    wide = np.empty(shape, np.float64)
    wide[:4] = boxes.T
    wide[4] = confidence
    for i, row in enumerate(others):
        wide[5 + i] = row
    narrow = wide.astype(np.float32)
    is_same = np.array_equal(narrow[:7], wide[:7]) and (len(others) == 2 or np.array_equal(narrow, wide, equal_nan=True))
    return writer.add_array("detections", narrow if is_same else wide)


def filled(values, count, default):
    return [default] * count if values is None else values


def plain(values, kind=None):
    """A list of Python's own numbers or texts."""
    if np is not None and isinstance(values, np.ndarray):
        return (values if kind is None else values.astype(kind)).tolist()
    return list(values) if kind is None else [kind(value) for value in values]


def texts(values, default):
    if values is None:
        return default
    if np is not None and isinstance(values, np.ndarray) and values.dtype.kind == "U":
        return values.tolist()
    return [str(value) for value in values]
