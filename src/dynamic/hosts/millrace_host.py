"""Runs blocks written in Python for the daemon, one call at a time."""

import __future__
import ast
import builtins
import collections
import contextlib
import importlib
import importlib.util
import io
import itertools
import json
import linecache
import os
import re
import sys
import types
import typing
import warnings

import millrace_detections as det
import millrace_values as val
from millrace_frames import SharedFrames
from millrace_walls import shut_in
from millrace_ipc import Channel, Reader, ValueFault, Writer, np

# Annotations are not evaluated, so that they may name what is not installed.
FLAGS = __future__.annotations.compiler_flag
BASELINE = {"sv": "supervision", "np": "numpy", "cv2": "cv2", "shapely": "shapely", "requests": "requests"}
BlockResult = typing.Any
# Functions under which code offers its state.
SAVE, LOAD = "save_state", "load_state"
# Innermost frames that are reported of a failure.
MOST_FRAMES = 20


class Absent:
    """A lazy import of a library."""

    def __init__(self, name, offered=None):
        self.__dict__.update(_name=name, _offered=offered or {})

    def __getattr__(self, attribute):
        if attribute in self._offered:
            return self._offered[attribute]
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        try:
            module = importlib.import_module(self._name)
        except ImportError as error:
            text = '"%s" is used, but it is not installed for %s (%s)' % (self._name, sys.executable, error)
            raise ModuleNotFoundError(text, name=self._name) from None
        return getattr(module, attribute)


class Printed(io.TextIOBase):
    """What the code prints in one call, up to a limit."""

    def __init__(self):
        self.limit = 16384
        self.clear()

    def clear(self):
        self.parts, self.size, self.dropped = [], 0, 0

    def writable(self):
        return True

    def write(self, text):
        kept = text[: max(0, self.limit - self.size)]
        self.size += len(kept)
        self.dropped += len(text) - len(kept)
        if kept:
            self.parts.append(kept)
        return len(text)

    def take(self):
        if not self.parts and not self.dropped:
            return None
        text = "".join(self.parts)
        dropped = self.dropped
        self.clear()
        return {"text": text, "dropped": dropped}


class Self:
    """The first argument of `run`: one object for each step."""

    def __init__(self, step, init_results):
        self.step = step
        self.step_name = step
        self.source = ""
        self._context = {}
        self._init_results = init_results

    @property
    def init_results(self):
        return self._init_results

    def get_workflow_context(self):
        """Which step of which run this is, under the names of the reference."""
        return dict(self._context)


class Code:
    """One code text: what `load` brought."""

    def __init__(self, header):
        self.type = header["block_type"]
        self.run_name, self.init_name = header["run_name"], header["init_name"]
        parts = [
            ("imports", "\n".join(header["imports"])),
            ("run", header["source"]),
            ("init", header["init_source"] or ""),
        ]
        self.compiled = [compile(self._remember(part, text), self.file(part), "exec", FLAGS) for part, text in parts]

    def file(self, part):
        return "block:%s/%s.py" % (self.type, part)

    def _remember(self, part, text):
        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache[self.file(part)] = (len(text), None, lines, self.file(part))
        return text


def detections_class():
    supervision = sys.modules.get("supervision")
    return det.Detections if supervision is None else supervision.Detections


def import_for(text):
    """Imports what the text does, also in functions: libraries take long, and no call is to wait for them. Faults show when it runs."""
    wanted = [module for name, module in BASELINE.items() if re.search(r"\b%s\b" % name, text)]
    # Detections are of its class, whatever the text says.
    wanted.append("supervision")
    try:
        wanted += imported_names(ast.parse(text))
    except (SyntaxError, ValueError):
        pass
    for name in wanted:
        if is_installed(name.split(".")[0]):
            with warnings.catch_warnings(), contextlib.suppress(Exception):
                warnings.simplefilter("ignore")
                importlib.import_module(name)


def imported_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from ("%s.%s" % (node.module, alias.name) for alias in node.names)


class Namespace:
    """Variables of a block beside its functions; they live until the daemon resets them."""

    def __init__(self, code):
        self.code = code
        self.init_results = {}
        self.selves = {}
        module = types.ModuleType("block_" + re.sub(r"\W", "_", code.type))
        self.variables = module.__dict__
        self.variables.update(baseline())
        sys.modules[module.__name__] = module
        for compiled in code.compiled:
            exec(compiled, self.variables)
        self.run = self._function(code.run_name)
        self.init = self._function(code.init_name) if code.compiled[2].co_code and code.init_name in self.variables else None

    def self_of(self, step):
        if step not in self.selves:
            self.selves[step] = Self(step, self.init_results)
        return self.selves[step]

    def offered(self, name):
        return self._function(name)

    def _function(self, name):
        found = self.variables.get(name)
        if not callable(found):
            raise NameError('"%s" is %s, expected a function' % (name, "not defined" if found is None else repr(found)))
        return found


SHARED = {}


def baseline():
    names = {name: getattr(typing, name) for name in ("Any", "List", "Dict", "Set", "Optional", "Tuple", "Union")}
    for name in ("math", "time", "json", "os"):
        names[name] = importlib.import_module(name)
    for name, module in BASELINE.items():
        offered = {"Detections": det.Detections} if name == "sv" and not is_installed(module) else {}
        names[name] = sys.modules.get(module) or Absent(module, offered)
    names.update(
        Batch=val.Batch,
        WorkflowImageData=val.WorkflowImageData,
        BlockResult=BlockResult,
        globals=SHARED,
    )
    return names


def is_installed(module):
    if module == "numpy":
        return np is not None
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def stand_in_for_inference():
    """Lets code import the names of the reference from where they are there."""
    if is_installed("inference"):
        return
    entities = {
        "Batch": val.Batch,
        "WorkflowImageData": val.WorkflowImageData,
        "VideoMetadata": val.VideoMetadata,
        "ImageParentMetadata": val.ImageParentMetadata,
        "OriginCoordinatesSystem": val.OriginCoordinatesSystem,
    }
    root = "inference.core.workflows"
    for name, content in (
        (root + ".execution_engine.entities.base", entities),
        (root + ".prototypes.block", {"BlockResult": BlockResult}),
    ):
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            path = ".".join(parts[:i])
            module = sys.modules.setdefault(path, types.ModuleType(path))
            module.__path__ = []
            if i > 1:
                setattr(sys.modules[".".join(parts[: i - 1])], parts[i - 1], module)
        sys.modules[name].__dict__.update(content)


class Host:
    def __init__(self, channel, frames):
        self.channel = channel
        self.frames = SharedFrames(frames)
        self.codes, self.namespaces = {}, {}
        self.printed = Printed()
        self.code = None
        self.part = "load"

    def serve(self):
        while True:
            message = self.channel.receive()
            if message is None or message[0] == "shutdown":
                return
            self.answer(*message)

    def answer(self, kind, sequence, header, segments):
        self.printed.clear()
        self.code = None
        try:
            answer = getattr(self, "on_" + kind)(header, segments)
        except BaseException as error:  # Also SystemExit: only the daemon ends this process.
            answer = "error", self.describe(error), ()
        self.report(sequence)
        try:
            self.channel.send(answer[0], sequence, *answer[1:])
        except ValueFault as error:
            self.channel.send("error", sequence, self.describe(error))

    def report(self, sequence):
        printed = self.printed.take()
        if printed is not None:
            self.channel.send("log", sequence, printed)

    def on_hello(self, header, segments):
        self.printed.limit = header["output_per_call"]
        limit_processes(header["processes"])
        if header["own_walls"] is not None:
            shut_in(**header["own_walls"])
        versions = {"python": "%d.%d.%d" % sys.version_info[:3], "numpy": None if np is None else np.__version__}
        return "hello", versions, ()

    def on_ping(self, header, segments):
        return "ping", {}, ()

    def on_import(self, header, segments):
        for text in header["texts"]:
            import_for(text)
        return "result", {}, ()

    def on_load(self, header, segments):
        self.code = None
        self.part = "load"
        try:
            self.codes[header["hash"]] = Code(header)
        except SyntaxError as error:
            return "error", self.describe(error), ()
        return "loaded", {"hash": header["hash"]}, ()

    def on_init(self, header, segments):
        self.code = self.codes[header["hash"]]
        self.part = "load"
        namespace = Namespace(self.code)
        if namespace.init is not None:
            self.part = self.code.init_name
            results = namespace.init()
            if not isinstance(results, dict):
                raise TypeError('"%s" returned %s, expected a dictionary' % (self.code.init_name, type(results).__name__))
            namespace.init_results = results
        self.namespaces[header["namespace"]] = namespace
        return "result", {}, ()

    def on_save(self, header, segments):
        """The state that the code offers, as JSON text: it goes to a file."""
        namespace = self.namespaces[header["namespace"]]
        self.code, self.part = namespace.code, SAVE
        state = namespace.offered(SAVE)()
        check_state(state, "state", ())
        return "result", {"state": json.dumps(state)}, ()

    def on_restore(self, header, segments):
        namespace = self.namespaces[header["namespace"]]
        self.code, self.part = namespace.code, LOAD
        namespace.offered(LOAD)(json.loads(header["state"]))
        return "result", {}, ()

    def on_reset(self, header, segments):
        self.namespaces.pop(header["namespace"], None)
        return "result", {}, ()

    def on_call(self, header, segments):
        namespace = self.namespaces.get(header["namespace"])
        if namespace is None:
            return "error", {"unknown": True}, ()
        self.code = namespace.code
        self.part = self.code.run_name
        block_self = namespace.self_of(header["step"])
        block_self.source = header["source"]
        block_self._context = {
            "step_name": header["step"],
            "step_selector": "$steps." + header["step"],
            "block_type": self.code.type,
            "workflow_execution_id": header.get("run"),
        }
        call = Call(self, namespace.code, segments, header["frames"])
        inputs = call.inputs(header["inputs"])
        result = namespace.run(block_self, **inputs)
        value = call.result(result)
        header, written = {"value": value}, call.writer.segments
        call.end()
        del call, inputs, result
        held = self.frames.held()
        if held:
            header["held"] = held
        return "result", header, written

    def describe(self, error):
        """What went wrong, and the places of the block's own code on the way there, innermost first."""
        if isinstance(error, ValueFault):
            return {"told": str(error), "isValue": True}
        about = {"class": type(error).__name__, "message": message_of(error), "where": self.part}
        places = user_places(error.__traceback__)
        if isinstance(error, SyntaxError) and (error.filename or "").startswith("block:"):
            about["message"] = str(error.msg)
            places.append(frame(error.filename, error.lineno, error.offset, "<module>"))
        return dict(about, frames=places[::-1])


def message_of(error):
    try:
        return str(error)
    except BaseException as another:  # The code's own class says it.
        return "its message cannot be read: %s" % type(another).__name__


class Call:
    """Inputs and result of one call."""

    def __init__(self, host, code, segments, places):
        self.host, self.code, self.places = host, code, places
        self.origins, self.element_origins, self.images = {}, {}, {}
        self.image_origin = self.element = None
        self.reader = Reader(segments, {"image": self.image, "detections": self.detections, "video": video, "batch": self.batch})
        kinds = [
            (val.WorkflowImageData, val.image_to_ipc),
            (detections_class(), self.detections_back),
            (det.Detections, self.detections_back),
            (val.VideoMetadata, lambda value, writer: dict(val.video_to_ipc(value), **{"$": "video"})),
            (val.Batch, lambda value, writer: writer.write(list(value))),
        ]
        self.writer = Writer(kinds, "result")

    def inputs(self, packed):
        return {name: self.reader.read(value) for name, value in packed.items()}

    def result(self, value):
        return self.writer.write(value)

    def end(self):
        """Its parts know each other; they are freed at once and not when cycles are looked for."""
        del self.reader, self.writer

    def batch(self, packed, reader):
        """Elements of the outermost batch have numbers, those of the results too."""
        elements, is_outer = [], self.element is None
        for i, item in enumerate(packed["v"]):
            if is_outer:
                self.element = i
            elements.append(reader.read(item))
        if is_outer:
            self.element = None
        return val.Batch(elements, [tuple(index) for index in packed["i"]])

    def image(self, packed, reader):
        known = self.images.get(packed["index"])
        if known is not None:
            return known
        place = self.places[packed["index"]]
        length = packed["stride"] * packed["height"]
        lease = self.host.frames.lease(place["offset"], place["size"], place["generation"], length)
        if self.image_origin is None:
            names = ("width", "height", "parent_id", "parent", "root")
            self.image_origin = {name: packed[name] for name in names}
        image = self.images[packed["index"]] = val.WorkflowImageData.from_ipc(packed, lease)
        return image

    def detections(self, packed, reader):
        detections, origin = det.detections_from_ipc(packed, reader, detections_class())
        self.origins.setdefault(det.origin_key(origin), origin)
        self.element_origins.setdefault(self.element, origin)
        return detections

    def detections_back(self, detections, writer):
        return det.detections_to_ipc(detections, writer, self.origin_of(detections, writer.path))

    def origin_of(self, detections, path):
        """Whose picture it is: they say it, or their columns, or the element that the result is for."""
        told = getattr(detections, "metadata", {}).get(det.ORIGIN) or self.origins.get(det.key_of(detections.data))
        if told is None:
            told = det.origin_of_columns(detections.data)
        if told is None and len(path) > 1:
            told = self.element_origins.get(path[1])
        return told or next(iter(self.origins.values()), None) or self.image_origin


def video(packed, reader):
    return val.video_from_ipc(packed)


# Whole numbers beyond this come back as others.
LARGEST_WHOLE = 2**53 - 1
KEPT = "state is made of dictionaries with text keys, lists, texts, finite numbers up to 2**53 - 1, booleans and None"


def check_state(value, path, above):
    """Refuses what would come back as something else."""
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, (int, float)):
        if abs(value) <= LARGEST_WHOLE if isinstance(value, int) else value - value == 0:
            return
        raise ValueFault("%s is %r; %s" % (path, value, KEPT))
    if any(value is outer for outer in above):
        raise ValueFault("%s is part of itself; %s" % (path, KEPT))
    if type(value) is list:
        for i, item in enumerate(value):
            check_state(item, "%s[%d]" % (path, i), above + (value,))
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueFault("%s has the key %r, a %s; %s" % (path, key, type(key).__name__, KEPT))
            check_state(item, "%s[%r]" % (path, key), above + (value,))
    else:
        raise ValueFault("%s is a %s; %s" % (path, type(value).__name__, KEPT))


def user_places(traceback):
    innermost = collections.deque(maxlen=MOST_FRAMES)
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith("block:"):
            innermost.append((code, traceback.tb_lasti, traceback.tb_lineno))
        traceback = traceback.tb_next
    return [frame(code.co_filename, line, column_of(code, at, line), code.co_name) for code, at, line in innermost]


def column_of(code, instruction, line):
    """Counted from 1, as editors count: in units of UTF-16. None before Python 3.11, which is the first that knows it."""
    if not hasattr(code, "co_positions"):
        return None
    start, _, offset, _ = next(itertools.islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    if offset is None or start != line:
        return None
    text = linecache.getline(code.co_filename, line).encode()
    return len(text[:offset].decode(errors="replace").encode("utf-16-le")) // 2 + 1


def frame(file, line, column, function):
    part = file.rsplit("/", 1)[-1].split(".")[0]
    name = "" if function == "<module>" else function
    return {"function": name[:200], "part": part, "line": max(1, line or 1), "column": column or None}


def limit_processes(most):
    """What a new process could do is beyond the limits of this one."""
    if most is None:
        return
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def main():
    # What the daemon itself was started with is none of the code's business.
    os.closerange(5, 65536)
    channel = Channel(3)
    host = Host(channel, 4)
    # The code's own output; descriptors 1 and 2 stay for what libraries write past Python.
    sys.stdout = sys.stderr = host.printed
    sys.stdin = io.StringIO()
    sys.path[:] = [entry for entry in sys.path if entry]
    builtins.input = no_input
    stand_in_for_inference()
    try:
        host.serve()
    finally:
        os._exit(0)


def no_input(*_):
    raise EOFError("standard input is closed")
