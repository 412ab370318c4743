"""Finds what is wrong with the text of a block without running it. Reads and writes JSON."""

import __future__
import ast
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


def check(code):
    names = set()
    parts = [("imports", "\n".join(code["imports"])), ("run", code["source"]), ("init", code["init_source"] or "")]
    for part, text in parts:
        try:
            compile(text, part, "exec", __future__.annotations.compiler_flag)
            names.update(defined_names(ast.parse(text)))
        except SyntaxError as error:
            return {"part": part, "line": error.lineno, "message": "%s: %s" % (type(error).__name__, error.msg)}
        except ValueError as error:
            return {"part": part, "line": None, "message": str(error)}
    for part, name in (("run", code["run_name"]), ("init", code["init_name"])):
        if name not in names and (part == "run" or code["init_source"] is not None):
            return {"part": part, "line": None, "message": None}
    return None


print(json.dumps(check(json.load(sys.stdin))))
