"""Messages and values between the daemon and this process; docs/isolation.md has the layout. Python 3.8 and later."""

import array
import datetime
import json
import math
import os
import re
import struct
import sys

try:
    import numpy as np
except ImportError:
    np = None

TYPES = ("hello", "load", "loaded", "init", "call", "result", "error", "log", "reset", "ping", "shutdown", "save", "restore", "import")
VERSION = 1
LARGEST = 64 * 2**20
# Text of that size is read in tenths of a second, whatever it is. Bytes go beside it.
LARGEST_HEADER = 4 * 2**20
DEEPEST = 100
# Beyond this many values text takes longer to read than a call may; lists, dictionaries and keys count as four.
MOST_VALUES = 2**20
SHORT_TEXT = 2**18
TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"')

PREFIX = struct.Struct("<IBBHII")
CASTS = {
    "uint8": "B",
    "uint8_clamped": "B",
    "bool": "B",
    "int8": "b",
    "uint16": "H",
    "int16": "h",
    "uint32": "I",
    "int32": "i",
    "float32": "f",
    "float64": "d",
    "int64": "q",
    "uint64": "Q",
}
# Arrays of these types become typed arrays on the other side; all others become lists of numbers there.
TYPED = ("int8", "uint16", "int16", "uint32", "int32", "float32", "float64")


# Made once: json.dumps makes one for every text; loads looks for space around it.
DECODER = json.JSONDecoder()
ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)


class ValueFault(ValueError):
    """A value that cannot be passed on; the message names its place."""


class Channel:
    """Messages over one descriptor that blocks."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.rest = b""

    def receive(self):
        """The next message as (type, sequence, header, segments), None when the daemon has gone."""
        data = self.rest
        while len(data) < 16:
            more = os.read(self.descriptor, 65536)
            if not more:
                return None
            data = data + more if data else more
        length, kind, _, version, sequence, header_length = PREFIX.unpack_from(data)
        if version != VERSION:
            raise ValueError("a message of version %d" % version)
        if len(data) < length:
            data = self._fill(data, length)
            if data is None:
                return None
        self.rest = bytes(data[length:])
        header = DECODER.raw_decode(str(data[16 : 16 + header_length], "utf-8"))[0]
        body = (16 + header_length + 7) & ~7
        segments = [read_segment(entry, data, body) for entry in header.pop("segments")]
        return TYPES[kind - 1], sequence, header, segments

    def _fill(self, data, length):
        buffer = bytearray(length)
        buffer[: len(data)] = data
        view = memoryview(buffer)
        at = len(data)
        while at < length:
            chunk = os.read(self.descriptor, length - at)
            if not chunk:
                return None
            view[at : at + len(chunk)] = chunk
            at += len(chunk)
        return buffer

    def send(self, kind, sequence, header, segments=()):
        entries, parts, offset = [], [], 0
        for name, dtype, shape, data in segments:
            entries.append({"name": name, "dtype": dtype, "shape": shape, "offset": offset, "length": len(data)})
            padding = -len(data) % 8
            parts.append(data)
            parts.append(b"\0" * padding)
            offset += len(data) + padding
        text = ENCODER.encode(dict(header, segments=entries)).encode()
        if len(text) > LARGEST_HEADER:
            raise ValueFault("the answer has %d bytes as JSON, at most %d can be passed on" % (len(text), LARGEST_HEADER))
        check_values(text)
        padding = -(16 + len(text)) % 8
        length = 16 + len(text) + padding + offset
        if length > LARGEST:
            raise ValueFault("the answer has %d bytes, at most %d can be passed on" % (length, LARGEST))
        prefix = PREFIX.pack(length, TYPES.index(kind) + 1, 0, VERSION, sequence, len(text))
        data = memoryview(b"".join([prefix, text, b"\0" * padding] + parts))
        while data:
            data = data[os.write(self.descriptor, data) :]


def check_values(text):
    if len(text) <= SHORT_TEXT:
        return
    bare = TEXTS.sub(b"", text)
    if bare.count(b",") + 4 * sum(bare.count(sign) for sign in (b"[", b"{", b":")) > MOST_VALUES:
        raise ValueFault("the answer has more than %d values as JSON; arrays of one dimension are passed on as they are" % MOST_VALUES)


def read_segment(entry, data, body):
    """A segment as an array, or as a list of numbers without numpy; bytes for `bytes`."""
    start, length, dtype, shape = body + entry["offset"], entry["length"], entry["dtype"], entry["shape"]
    if entry["name"] == "bytes":
        return bytes(data[start : start + length])
    if np is None:
        numbers = memoryview(data)[start : start + length].cast("B").cast(CASTS[dtype]).tolist()
        return [numbers[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])] if len(shape) == 2 else numbers
    kind = NUMPY_TYPES[dtype]
    array = np.frombuffer(data, dtype=kind, count=length // kind.itemsize, offset=start).reshape(shape)
    # A copy of its own may be changed and does not keep the whole message; of a table every row is copied.
    return array if entry["name"] == "detections" else array.copy()


NUMPY_TYPES = {} if np is None else {name: np.dtype("uint8" if name == "uint8_clamped" else name) for name in CASTS}
NAMES = {}


def name_of(dtype):
    """Numpy puts the name together each time it is asked for."""
    name = NAMES.get(dtype)
    if name is None:
        name = NAMES[dtype] = dtype.name
    return name


class Reader:
    """Turns the JSON of a message and its segments into values."""

    def __init__(self, segments, kinds):
        self.segments = segments
        self.kinds = kinds

    def read(self, value):
        kind = type(value)
        if kind is list:
            return [self.read(item) for item in value]
        if kind is not dict:
            return value
        if "$" in value:
            return self._tagged(value)
        return {key: self.read(item) for key, item in value.items()}

    def _tagged(self, value):
        tag, inner = value["$"], value.get("v")
        if tag in self.kinds:
            return self.kinds[tag](value, self)
        if tag in ("bytes", "array"):
            return self.segments[value["s"]]
        if tag == "undefined":
            return None
        if tag == "number":
            return float(inner)
        if tag == "bigint":
            return int(inner)
        if tag == "date":
            return None if inner is None else EPOCH + datetime.timedelta(milliseconds=inner)
        if tag in ("map", "object"):
            return {self.read(key): self.read(item) for key, item in inner}
        if tag == "set":
            return {self.read(item) for item in inner}
        raise ValueError("a value of kind %r" % tag)


EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SAFE = 2**53 - 1


class Writer:
    """Turns values into JSON and segments; `kinds` are pairs of a class and what makes JSON of its objects."""

    def __init__(self, kinds, root):
        self.kinds = kinds
        self.segments = []
        self.path = [root]

    def add(self, name, dtype, shape, data):
        self.segments.append((name, dtype, shape, data))
        return len(self.segments) - 1

    def add_array(self, name, array):
        # The other side takes the lowest byte first.
        if sys.byteorder != "little" or not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("<"))
        return self.add(name, name_of(array.dtype), list(array.shape), array.tobytes())

    def add_numbers(self, name, dtype, numbers, shape=None):
        """Those of a list."""
        flat = array.array(CASTS[dtype], numbers)
        if sys.byteorder != "little":
            flat.byteswap()
        return self.add(name, dtype, [len(flat)] if shape is None else shape, flat.tobytes())

    def fault(self, what):
        place = "".join("[%d]" % key if isinstance(key, int) else ".%s" % key for key in self.path[1:])
        return ValueFault("%s%s is %s, which cannot be passed on" % (self.path[0], place, what))

    def at(self, key, value):
        self.path.append(key)
        json_value = self.write(value)
        self.path.pop()
        return json_value

    def write(self, value):
        kind = type(value)
        if value is None or kind is str or kind is bool:
            return value
        if kind is float:
            return number(value)
        if kind is int:
            return value if -SAFE <= value <= SAFE else {"$": "bigint", "v": str(value)}
        if len(self.path) > DEEPEST:
            raise self.fault("nested more than %d levels deep, or holds itself" % DEEPEST)
        if kind is list or kind is tuple:
            return [self.at(i, item) for i, item in enumerate(value)]
        if kind is dict:
            return self._dict(value)
        return self._object(value)

    def _dict(self, value):
        pairs = {}
        for key, item in value.items():
            if isinstance(key, str):
                text = str(key)
            elif key is None or isinstance(key, (int, float)) or (np is not None and isinstance(key, np.generic)):
                # As JSON texts of Python have it.
                text = json.dumps(key.item() if hasattr(key, "item") else key)
            else:
                raise self.fault("a dictionary with a key of class %s" % type(key).__name__)
            pairs[text] = self.at(text, item)
        return {"$": "object", "v": list(pairs.items())} if "$" in pairs else pairs

    def _object(self, value):
        for kind, make in self.kinds:
            if isinstance(value, kind):
                return make(value, self)
        if np is not None:
            if isinstance(value, np.ndarray):
                return self._array(value)
            if isinstance(value, np.generic):
                return self.write(value.item())
        if isinstance(value, datetime.datetime):
            return {"$": "date", "v": value.timestamp() * 1000}
        if isinstance(value, (bytes, bytearray, memoryview)):
            data = bytes(value)
            return {"$": "bytes", "s": self.add("bytes", "uint8", [len(data)], data)}
        if isinstance(value, (set, frozenset)):
            return {"$": "set", "v": [self.at(i, item) for i, item in enumerate(value)]}
        for plain in (str, bool, int, float, list, tuple, dict):
            if isinstance(value, plain):
                return self.write(plain(value))
        raise self.fault("an object of class %s" % type(value).__name__)

    def _array(self, array):
        if array.ndim == 1 and array.dtype.name in TYPED:
            return {"$": "array", "s": self.add_array("array", array)}
        if array.ndim > 0 and array.ndim <= 8 and array.dtype.name in CASTS:
            return {"$": "list", "s": self.add_array("list", array)}
        if array.dtype.kind == "f":
            return self._array(array.astype(np.float64)) if array.ndim else number(float(array))
        return self.write(array.tolist())


def number(value):
    if math.isfinite(value) and (value != 0.0 or math.copysign(1.0, value) > 0):
        return value
    names = {math.inf: "Infinity", -math.inf: "-Infinity", 0.0: "-0"}
    return {"$": "number", "v": "NaN" if value != value else names[value]}
