"""Detections as blocks see them: supervision's own class where the block names that library, else one like it."""

import numbers

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
    array[:] = values
    return array


class Detections:
    """Boxes with their fields, as the class of that name in supervision behaves."""

    def __init__(self, xyxy, mask=None, confidence=None, class_id=None, tracker_id=None, data=None, metadata=None):
        self.xyxy = xyxy
        self.mask = mask
        self.confidence = confidence
        self.class_id = class_id
        self.tracker_id = tracker_id
        self.data = {} if data is None else data
        self.metadata = {} if metadata is None else metadata

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
            taken(self.mask, index),
            taken(self.confidence, index),
            taken(self.class_id, index),
            taken(self.tracker_id, index),
            {key: taken(values, index) for key, values in self.data.items()},
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
    segments = reader.segments
    xyxy = segments[wire["xyxy"]]
    confidence, class_id = segments[wire["confidence"]], segments[wire["class_id"]]
    classes = wire["classes"]
    names = [classes[i] for i in plain(segments[wire["class"]], int)]
    tracker_id = segments[wire["tracker_id"]] if "tracker_id" in wire else None
    if np is None:
        fields = Column(xyxy), Column(confidence), Column(int(i) for i in class_id)
        tracker = None if tracker_id is None else Column(-1 if i != i else int(i) for i in tracker_id)
    else:
        fields = xyxy.astype(np.float32, copy=False), confidence.astype(np.float32, copy=False), class_id.astype(int)
        tracker = None if tracker_id is None else np.where(np.isnan(tracker_id), -1, tracker_id).astype(int)
    data = own_data(wire, names)
    if "time_in_zone" in wire:
        data["time_in_zone"] = column([None if i != i else float(i) for i in segments[wire["time_in_zone"]]])
    for key, values in wire.get("data", {}).items():
        data.setdefault(key, column(reader.read(values)))
    origin = {key: wire.get(key) for key in ("width", "height", "parent_id", "parent", "root", "inference_id")}
    detections = kind(xyxy=fields[0], confidence=fields[1], class_id=fields[2], tracker_id=tracker, data=data)
    if hasattr(detections, "metadata"):
        detections.metadata[ORIGIN] = origin
    return detections, origin


def own_data(wire, names):
    count, root, parent = len(names), wire["root"], wire["parent"] or wire["root"]
    data = {
        "class_name": text_column(names),
        "detection_id": text_column(wire["ids"]),
        "parent_id": repeated(wire["parent_id"], count),
        "image_dimensions": repeated((wire["height"], wire["width"]), count),
        "prediction_type": repeated("object-detection", count),
        "root_parent_id": repeated(root["id"], count),
        "root_parent_coordinates": repeated((root["offset_x"], root["offset_y"]), count),
        "root_parent_dimensions": repeated((root["height"], root["width"]), count),
        "parent_coordinates": repeated((parent["offset_x"], parent["offset_y"]), count),
        "parent_dimensions": repeated((parent["height"], parent["width"]), count),
    }
    if wire.get("inference_id") is not None:
        data["inference_id"] = repeated(wire["inference_id"], count)
    return data


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
    if detections.mask is not None:
        raise writer.fault("detections with masks")
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
    wire = {
        "$": "detections",
        "xyxy": floats(writer, "xyxy", detections.xyxy, [count, 4]),
        "confidence": floats(writer, "confidence", filled(detections.confidence, count, 1.0), [count]),
        "class_id": floats(writer, "class_id", class_id, [count]),
        "class": floats(writer, "class", [places[name] for name in names], [count]),
        "classes": known,
        "ids": texts(detections.data.get("detection_id"), None),
    }
    if wire["ids"] is None:
        wire["ids"] = [new_id() for _ in range(count)]
    wire.update({key: value for key, value in origin.items() if value is not None or key == "parent"})
    if detections.tracker_id is not None:
        tracker = [float("nan") if i is None or i < 0 else i for i in plain(detections.tracker_id)]
        wire["tracker_id"] = floats(writer, "tracker_id", tracker, [count])
    if "time_in_zone" in detections.data:
        zone = [float("nan") if i is None else i for i in detections.data["time_in_zone"]]
        wire["time_in_zone"] = floats(writer, "time_in_zone", zone, [count])
    others = {key: plain(values) for key, values in detections.data.items() if key not in OWN_DATA}
    if others:
        wire["data"] = {key: writer.at(key, values) for key, values in others.items()}
        for key, values in wire["data"].items():
            wire["data"][key] = [{"$": "undefined"} if value is None else value for value in values]
    return wire


def floats(writer, name, values, shape):
    if np is None:
        import array

        flat = [number for row in values for number in row] if len(shape) == 2 else values
        return writer.add(name, "float64", shape, array.array("d", flat).tobytes())
    values = np.asarray(values)
    kind = np.float32 if values.dtype == np.float32 else np.float64
    return writer.add_array(name, values.astype(kind, copy=False).reshape(shape))


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
