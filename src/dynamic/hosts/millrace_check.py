"""Finds what is wrong with the text of a block without running it. Reads and writes JSON."""

import __future__
import ast
import builtins
import importlib.util
import json
import sys


def defined_names(tree):
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]
        else:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id
                elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield inner.name


def absent_imports(part, tree):
    """Imports that fail whenever the text is run; those in functions or `try` may not be meant."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        else:
            continue
        for name in names:
            root = name.split(".")[0]
            if not is_there(root):
                yield {"part": part, "line": node.lineno, "column": node.col_offset + 1, "message": None, "module": root}


def is_there(root):
    # The host stands in for names of "inference".
    if root == "inference" or root in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        return True


# What the host defines before the text runs, and every module has.
OFFERED = set(dir(builtins)) | set(
    "Any List Dict Set Optional Tuple Union math time json os sv np cv2 shapely requests "
    "Batch WorkflowImageData BlockResult globals __name__ __doc__ __package__ __loader__ __spec__ __builtins__".split()
)

# Of the stub for editors (`millrace schema types`); as annotations are not evaluated, they may be written there alone.
STUB = set("BlockSelf BlockOutputs Detections VideoMetadata ImageParentMetadata OriginCoordinatesSystem datetime".split())


def bound_names(tree):
    """Names that something in the text defines, wherever: more than are there when it is loaded, never fewer."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif type(node).__name__ in ("MatchAs", "MatchStar", "TypeVar", "ParamSpec", "TypeVarTuple") and node.name:
            yield node.name
        elif type(node).__name__ == "MatchMapping" and node.rest:
            yield node.rest


class LoadedNames(ast.NodeVisitor):
    """Names that are looked up as the text is loaded: not those in functions, nor those in `try`, which may be meant."""

    def __init__(self, evaluates_annotations):
        self.found = []
        self.evaluates_annotations = evaluates_annotations

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.found.append(node)

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.visit_signature(node.args)
        if self.evaluates_annotations:
            every = node.args.args + node.args.kwonlyargs + [node.args.vararg, node.args.kwarg]
            every += getattr(node.args, "posonlyargs", [])
            for annotation in [argument.annotation for argument in every if argument] + [node.returns]:
                if annotation is not None:
                    self.visit_annotation(annotation)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_signature(self, arguments):
        for default in arguments.defaults + arguments.kw_defaults:
            if default is not None:
                self.visit(default)

    def visit_Lambda(self, node):
        self.visit_signature(node.args)

    def visit_AnnAssign(self, node):
        if self.evaluates_annotations:
            self.visit_annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def visit_annotation(self, annotation):
        before = len(self.found)
        self.visit(annotation)
        self.found[before:] = [name for name in self.found[before:] if name.id not in STUB]

    def visit_Try(self, node):
        pass

    visit_TryStar = visit_Try


def undefined_name(trees):
    """The first name that nothing can have defined when it is looked up."""
    known = set(OFFERED)
    for _, tree in trees:
        known.update(bound_names(tree))
    if "*" in known or any(isinstance(n, ast.Name) and n.id == "exec" for _, tree in trees for n in ast.walk(tree)):
        return None
    for part, tree in trees:
        names = LoadedNames("annotations" not in future_features(tree))
        names.visit(tree)
        for node in names.found:
            if node.id not in known:
                message = "NameError: name '%s' is not defined" % node.id
                place = {"part": part, "line": node.lineno, "column": node.col_offset + 1}
                return dict(place, message=message, at_load=True)
    return None


def future_features(tree):
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return {alias.name for alias in node.names}
    return set()


def silent_run(name, tree):
    """Where `run` is a function that ends without a value on every way."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            own = list(own_nodes(node.body))
            gives = any(isinstance(inner, (ast.Yield, ast.YieldFrom)) or gives_value(inner) for inner in own)
            if not gives and not isinstance(node.body[-1], ast.Raise):
                return {"part": "run", "line": node.lineno, "column": node.col_offset + 1, "message": None, "silent": True}
    return None


def gives_value(node):
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    return not (isinstance(node.value, ast.Constant) and node.value.value is None)


def own_nodes(body):
    """Of a function, without those of functions in it."""
    for node in body:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from own_nodes(ast.iter_child_nodes(node))


def check(code):
    names = set()
    parts = [("imports", "\n".join(code["imports"])), ("run", code["source"]), ("init", code["init_source"] or "")]
    for part, text in parts:
        try:
            compile(text, part, "exec", __future__.annotations.compiler_flag)
            names.update(defined_names(ast.parse(text)))
        except SyntaxError as error:
            message = "%s: %s" % (type(error).__name__, error.msg)
            return {"part": part, "line": error.lineno, "column": error.offset, "message": message}
        except ValueError as error:
            return {"part": part, "line": None, "column": None, "message": str(error)}
    for part, name in (("run", code["run_name"]), ("init", code["init_name"])):
        if name not in names and (part == "run" or code["init_source"] is not None):
            return {"part": part, "line": None, "column": None, "message": None}
    trees = [(part, ast.parse(text)) for part, text in parts]
    absent = next((fault for part, tree in trees for fault in absent_imports(part, tree)), None)
    return absent or undefined_name(trees) or silent_run(code["run_name"], trees[1][1])


# As the host has it.
sys.path[:] = [entry for entry in sys.path if entry]
print(json.dumps(check(json.load(sys.stdin))))
