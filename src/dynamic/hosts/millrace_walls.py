"""Shuts this process in from inside, where nothing around it has done so: files, signals and system calls."""

import base64
import os
import stat

try:
    import ctypes
except ImportError:
    ctypes = None

NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
READ_FILE, READ_DIRECTORY = 4, 8
# Rights over files that each version of Landlock knows, by the number of their bits.
FILE_RIGHTS = {1: 13, 2: 14}
BIND_AND_CONNECT, SOCKETS_AND_SIGNALS = 3, 3


def shut_in(filter, readable):
    """Before the first line of the code, while no other thread runs. What the kernel does not know is left out."""
    if ctypes is None:
        return
    libc = ctypes.CDLL(None)
    libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    libc.syscall.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long]
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if readable is not None:
        hide_files(libc, readable)
    filter_calls(libc, filter)


def hide_files(libc, readable):
    """With files, processes out of sight: what cannot be traced has no readable entries in `/proc` either."""
    version = libc.syscall(CREATE_RULESET, 0, None, ASK_VERSION, 0)
    if version < 1:
        return
    rights = (1 << FILE_RIGHTS.get(version, 15)) - 1
    network = BIND_AND_CONNECT if version >= 4 else 0
    scope = SOCKETS_AND_SIGNALS if version >= 6 else 0
    attributes = (ctypes.c_uint64 * 3)(rights, network, scope)
    ruleset = libc.syscall(CREATE_RULESET, ctypes.addressof(attributes), ctypes.sizeof(attributes), None, 0)
    if ruleset < 0:
        return
    for path in readable:
        allow(libc, ruleset, path)
    libc.syscall(RESTRICT_SELF, ruleset, None, None, 0)
    os.close(ruleset)


class PathRule(ctypes.Structure if ctypes else object):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("parent", ctypes.c_int32)] if ctypes else []


def allow(libc, ruleset, path):
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    is_directory = stat.S_ISDIR(os.fstat(parent).st_mode)
    rule = PathRule(READ_FILE | (READ_DIRECTORY if is_directory else 0), parent)
    libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.addressof(rule), 0)
    os.close(parent)


def filter_calls(libc, program):
    if program is None:
        return

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    instructions = base64.b64decode(program)
    found = Program(len(instructions) // 8, instructions)
    libc.prctl(SECCOMP, FILTER, ctypes.addressof(found), 0, 0)
