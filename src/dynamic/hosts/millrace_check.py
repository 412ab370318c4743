"""Finds what is wrong with the text of a block without running it. Reads and writes JSON."""

import __future__
import ast
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
    return next((fault for part, text in parts for fault in absent_imports(part, ast.parse(text))), None)


# As the host has it.
sys.path[:] = [entry for entry in sys.path if entry]
print(json.dumps(check(json.load(sys.stdin))))
