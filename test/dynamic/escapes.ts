import type { SandboxLevel } from "../../src/dynamic/sandbox/sandbox-launch.ts";

/** What hosts the attempt: a block, or a program in the place of the one that runs blocks of JavaScript. */
export type EscapeHost = "JavaScript" | "Node" | "Python";

/**
 * One attempt to get out of isolation. `code` is the body of a function whose input `at` names what is to be reached; it
 * returns what it has reached, or fails with what `stopped` matches. "no effect": it may return what it likes, as the
 * attempt is judged by what it left outside.
 */
export interface Escape {
  name: string;
  host: EscapeHost;
  /** The least level that stops it. */
  level: SandboxLevel;
  code: string;
  stopped: RegExp | "no effect";
  /** What stops it, for the documentation. */
  by: string;
  /** Without it the attempt is stopped by nothing, or is none. */
  needs?: "a daemon of root" | "rights of root given up" | "bubblewrap 0.8";
}

/** The table of the documentation. */
export function escapesTable(escapes: readonly Escape[]): string {
  const rows = escapes.map(
    ({ name, host, level, by, needs }) =>
      `| ${name} | ${host} | \`${level}\` | ${by}${needs === undefined ? "" : ` (needs ${needs})`} |`,
  );
  return ["| attempt | tried from | stopped from level | by |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

type Row = [name: string, stopped: Escape["stopped"], by: string, code: string, needs?: Escape["needs"]];

function rows(host: EscapeHost, level: SandboxLevel, table: readonly Row[]): Escape[] {
  return table.map(([name, stopped, by, code, needs]) => ({
    name,
    host,
    level,
    stopped,
    by,
    code,
    ...(needs === undefined ? {} : { needs }),
  }));
}

const noHost =
  /Cannot read properties of undefined|is not defined|is not a function|is not a constructor|reached nothing/;
const noImport = /dynamic import/i;
const noText = /Code generation from strings disallowed/;
const absent = /No such file or directory/;
const denied = /Operation not permitted|Permission denied/;
const absentOrDenied = /No such file or directory|Operation not permitted/;
/** Which of them answers depends on who owns the file. */
const readOnly = /Read-only file system|Permission denied/;
/** Refused at once where calls are filtered. */
const invisible = /No such process|Operation not permitted/;
const ended = /^DYNAMIC_(DIED|CODE|TIMEOUT):/;

const NOTHING_NAMED = "no name leads to the objects of Node";
const NO_TEXT = "code from text is off";
const FLAGS = "permission flags of Node";

const javascript = rows("JavaScript", "process", [
  ["`process` by its name", noHost, NOTHING_NAMED, "return process.env;"],
  ["`globalThis.process`", noHost, NOTHING_NAMED, "return globalThis.process.env;"],
  ["`require`", noHost, NOTHING_NAMED, "return require('fs').readFileSync(at.secret, 'utf8');"],
  ["`fetch`", noHost, NOTHING_NAMED, "return (await fetch('http://127.0.0.1:' + at.port)).status;"],
  ["`WebSocket`", noHost, NOTHING_NAMED, "return new WebSocket('ws://127.0.0.1:' + at.port).url;"],
  ["a channel to other threads", noHost, NOTHING_NAMED, "return new BroadcastChannel('x').name;"],
  ["a worker", noHost, NOTHING_NAMED, "return new Worker('data:text/javascript,1') && 'started';"],
  ["`process.binding`", noHost, NOTHING_NAMED, "return Object.keys(process.binding('fs'));"],
  ["a realm of its own", noHost, NOTHING_NAMED, "return new ShadowRealm().evaluate('process');"],
  ["WebAssembly", noHost, "WebAssembly is off", "return new WebAssembly.Memory({ initial: 1 }).buffer.byteLength;"],
  ["`eval`", noText, NO_TEXT, "return eval('process.env');"],
  [
    "constructor chain from the global object",
    noText,
    NO_TEXT,
    "return globalThis.constructor.constructor('return process')().env;",
  ],
  ["constructor chain from an input", noText, NO_TEXT, "return at.constructor.constructor('return process')().env;"],
  [
    "constructor chain from a list of the input",
    noText,
    NO_TEXT,
    "return at.list.constructor.constructor('return process')().env;",
  ],
  [
    "constructor chain from a function of the host",
    noText,
    NO_TEXT,
    "return console.log.constructor('return process')().env;",
  ],
  [
    "constructor of asynchronous functions",
    noText,
    NO_TEXT,
    "return (await (async () => {}).constructor('return process')()).env;",
  ],
  [
    "constructor of generators",
    noText,
    NO_TEXT,
    "return (function* () {}).constructor('yield process')().next().value.env;",
  ],
  [
    "constructor chain from the error of a refused `import()`",
    noText,
    NO_TEXT,
    "try { await import('node:fs'); } catch (error) { return error.constructor.constructor('return process')().env; }\nreturn 'imported';",
  ],
  [
    "a timer made of text",
    /must be of type function/,
    NO_TEXT,
    "return setTimeout('globalThis.reached = process', 0) && 'set';",
  ],
  [
    "the objects of callers through `Error.prepareStackTrace`",
    noHost,
    "callers show nothing of Node",
    "let sites = [];\nError.prepareStackTrace = (_, s) => s;\nsites = new Error().stack;\ndelete Error.prepareStackTrace;\nfor (const site of sites) { const found = site.getThis?.()?.process; if (found) return String(found); }\nthrow new Error('reached nothing');",
  ],
  [
    "`process`, `vm` and `v8` by way of all that is within reach",
    noHost,
    "console and timers are plain functions",
    `const names = ['getBuiltinModule', 'mainModule', 'binding', 'runInThisContext', 'setFlagsFromString', 'emit'];
const [seen, found, todo] = [new Set(), [], []];
const reach = (value, path) => { if (Object(value) === value && !seen.has(value)) { seen.add(value); todo.push([value, path]); } };
reach(globalThis, 'global');
reach(setTimeout(() => {}, 0), 'timer');
reach(setImmediate(function () { reach(this, 'this of a timer'); }), 'immediate');
reach(new URL('http://a/'), 'url');
try { setTimeout('text'); } catch (error) { reach(error, 'error'); }
console.log({ [Symbol.for('nodejs.util.inspect.custom')](...given) { reach(given, 'inspected'); return ''; } });
await new Promise((resolve) => setTimeout(resolve, 1));
for (const [value, path] of todo) {
  for (const name of names) if (Object.hasOwn(value, name)) found.push(path + ' has ' + name);
  reach(Object.getPrototypeOf(value), path + ' < ');
  for (const key of Reflect.ownKeys(value)) { try { reach(value[key], path + '.' + String(key)); } catch {} }
}
if (found.length === 0) throw new Error('reached nothing');
return found;`,
  ],
  [
    "`process` by a getter of all objects",
    noHost,
    "its prototypes end apart from others",
    `let found = null;
const names = ['noDeprecation', 'throwDeprecation', 'traceDeprecation', 'domain', '_exiting', 'mainModule', 'binding', 'report'];
const get = function () { if (found === null && typeof this.nextTick === 'function') found = this; };
for (const name of names) Object.defineProperty(Object.prototype, name, { configurable: true, get, set() {} });
try { new Buffer(1); console.log('x'); await new Promise((resolve) => setTimeout(resolve, 1)); } finally { for (const name of names) delete Object.prototype[name]; }
if (found === null) throw new Error('reached nothing');
return String(found.pid);`,
  ],
  [
    "callers through `arguments.callee.caller`",
    /may not be accessed/,
    "code is strict",
    "return String(arguments.callee.caller);",
  ],
  [
    "`import()` of a module of Node",
    noImport,
    "`import()` is off",
    "return (await import('node:fs')).readFileSync(at.secret, 'utf8');",
  ],
  ["`import()` of a file", noImport, "`import()` is off", "return (await import('file://' + at.secret)).default;"],
  [
    "`import()` of text",
    noImport,
    "`import()` is off",
    "return (await import('data:text/javascript,export default process.pid')).default;",
  ],
  [
    "`createRequire`",
    noImport,
    "`import()` is off",
    "return (await import('node:module')).createRequire(at.secret)('fs').readFileSync(at.secret, 'utf8');",
  ],
  [
    "a thread by `node:worker_threads`",
    noImport,
    "`import()` is off",
    "const { Worker } = await import('node:worker_threads');\nreturn new Worker('1', { eval: true }) && 'started';",
  ],
  [
    "properties of all objects, in the process",
    "no effect",
    "results are copies",
    "Object.prototype.escaped = 1;\nreturn {};",
  ],
  [
    "properties of all objects, by the result",
    "no effect",
    "results are copies",
    'return JSON.parse(\'{"__proto__":{"escaped":1},"constructor":{"prototype":{"escaped":1}}}\');',
  ],
  [
    "code of its own in the daemon by a result",
    "no effect",
    "results are copies",
    "return { toJSON() { globalThis.escaped = 1; }, then: 1, get a() { return 1; } };",
  ],
]);

const noAccess = /ERR_ACCESS_DENIED|Access to this API has been restricted/;

const node = [
  ...rows("Node", "process", [
    ["read a file", noAccess, FLAGS, "return fs.readFileSync(at.secret, 'utf8');"],
    ["read the accounts of the machine", noAccess, FLAGS, "return fs.readFileSync('/etc/passwd', 'utf8');"],
    ["list a folder", noAccess, FLAGS, "return fs.readdirSync('/');"],
    ["write a file", noAccess, FLAGS, "fs.writeFileSync(at.secret + '.new', 'x');\nreturn 'written';"],
    [
      "write beyond a symbolic link",
      noAccess,
      FLAGS,
      "fs.symlinkSync(at.secret, at.secret + '.link');\nreturn 'linked';",
    ],
    [
      "start a process",
      noAccess,
      FLAGS,
      "const { error, stdout } = cp.spawnSync('id');\nif (error) throw error;\nreturn String(stdout);",
    ],
    ["start a thread", noAccess, FLAGS, "return new wt.Worker('1', { eval: true }) && 'started';"],
    [
      "load a native addon",
      /ERR_DLOPEN_DISABLED|ERR_ACCESS_DENIED/,
      FLAGS,
      "process.dlopen({ exports: {} }, at.secret);\nreturn 'loaded';",
    ],
    ["`process.binding`", noAccess, FLAGS, "return Object.keys(process.binding('fs'));"],
    ["the debugger", noAccess, FLAGS, "return new inspector.Session().connect() ?? 'connected';"],
    [
      "WASI",
      /ERR_ACCESS_DENIED|WebAssembly is not defined|not a constructor/,
      FLAGS,
      "const { WASI } = await import('node:wasi');\nreturn new WASI({ version: 'preview1', preopens: { '/': '/' } }) && 'made';",
    ],
    [
      "code from text in another context",
      noText,
      NO_TEXT,
      "return vm.runInNewContext('this.constructor.constructor(\"return 1\")()');",
    ],
    [
      "the environment of the daemon",
      /reached nothing/,
      "it is not handed on",
      "const found = Object.values(process.env).filter((value) => value.includes(at.canary));\nif (found.length === 0) throw new Error('reached nothing');\nreturn found;",
    ],
  ]),
  ...rows("Node", "namespaces", [
    [
      "a server of the machine",
      /ECONNREFUSED|ENETUNREACH/,
      "a network of its own",
      "return new Promise((resolve, reject) => net.connect(at.port, '127.0.0.1').on('connect', () => resolve('connected')).on('error', reject));",
    ],
    [
      "the name service",
      /EAI_AGAIN|ENOTFOUND|ECONNREFUSED/,
      "a network of its own",
      "return (await dns.promises.lookup('example.com')).address;",
    ],
    ["a signal to the daemon", /ESRCH/, "processes of its own", "process.kill(at.pid, 0);\nreturn 'sent';"],
    [
      "the end of another process",
      /ESRCH/,
      "processes of its own",
      "process.kill(at.other, 'SIGKILL');\nreturn 'sent';",
    ],
  ]),
];

const LIBRARIES_ONLY = "only the interpreter and its libraries are there";
const OWN_NETWORK = "a network of its own";
const OWN_PROCESSES = "processes of its own";
const FILTERED = "system calls are filtered";
const NO_RIGHTS = "no rights over the system";

const python = [
  ...rows("Python", "strong", [
    ["read a file", absent, LIBRARIES_ONLY, "return open(at['secret']).read()"],
    ["read the accounts of the machine", absent, LIBRARIES_ONLY, "return open('/etc/passwd').read()"],
    ["read the passwords of the machine", absent, LIBRARIES_ONLY, "return open('/etc/shadow').read()"],
    ["list the homes of people", absent, LIBRARIES_ONLY, "return os.listdir('/home')"],
    [
      "read a file through the root of another process",
      /No such file|Permission denied/,
      LIBRARIES_ONLY,
      "return open('/proc/1/root' + at['secret']).read()",
    ],
    [
      "read a file beyond a symbolic link",
      absent,
      LIBRARIES_ONLY,
      "os.symlink(at['secret'], '/tmp/link')\nreturn open('/tmp/link').read()",
    ],
    [
      "read a file by its number on the disk",
      denied,
      NO_RIGHTS,
      "handle = ctypes.create_string_buffer(struct.pack('<IiQ', 8, 1, 2), 144)\nreturn check(libc.open_by_handle_at(os.open('/', os.O_RDONLY), handle, 0))",
    ],
    ["write a file", absent, LIBRARIES_ONLY, "open(at['secret'] + '.new', 'w').write('x')\nreturn 'written'"],
    [
      "write a file into a folder that it makes",
      "no effect",
      "its `/tmp` is its own",
      "os.makedirs(os.path.dirname(at['secret']), exist_ok=True)\nopen(at['secret'] + '.new', 'w').write('x')",
    ],
    ["change a library", readOnly, "all files are read-only", "open(os.__file__, 'a').write('#')\nreturn 'written'"],
    [
      "change the interpreter",
      /Read-only file system|Text file busy|Permission denied/,
      "all files are read-only",
      "open('/proc/self/exe', 'r+b').write(b'x')\nreturn 'written'",
    ],
    [
      "move the interpreter",
      /Read-only|busy|Permission/,
      "all files are read-only",
      "os.rename(sys.executable, sys.executable + '.old')\nreturn 'moved'",
    ],
    [
      "write into shared memory by a name",
      /No such file|Read-only/,
      LIBRARIES_ONLY,
      "open('/dev/shm/escaped', 'w').write('x')\nreturn 'written'",
    ],
    [
      "shared memory of several processes",
      /No such file|Read-only|not implemented|not permitted/,
      LIBRARIES_ONLY,
      "from multiprocessing import shared_memory\nreturn shared_memory.SharedMemory(create=True, size=10).name",
    ],
    [
      "fill the disk",
      /No space left|File too large/,
      "its `/tmp` has 4 MiB, in memory",
      "for i in range(20): open('/tmp/%d' % i, 'wb').write(b'x' * 2**20)\nreturn 'written'",
    ],
    [
      "memory beyond its limit by a file system of its own",
      /No space left|not permitted/,
      "no further namespaces",
      "uid = os.getuid()\ncheck(libc.unshare(NEWUSER | NEWNS))\nopen('/proc/self/uid_map', 'w').write('0 %d 1' % uid)\ncheck(libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, b'size=1g'))\nfor i in range(20): open('/tmp/%d' % i, 'wb').write(b'x' * 2**20)\nreturn 'written'",
      "bubblewrap 0.8",
    ],
    [
      "rights by a user namespace",
      /No space left|not permitted/,
      "no further namespaces",
      "return 'rights: %d' % check(libc.unshare(NEWUSER))",
      "bubblewrap 0.8",
    ],
    ["a shell", absentOrDenied, LIBRARIES_ONLY, "return subprocess.check_output(['/bin/sh', '-c', 'id']).decode()"],
    ["a shell in place of itself", absent, LIBRARIES_ONLY, "os.execv('/bin/sh', ['sh', '-c', 'id'])"],
    ["a program that runs as root", absent, LIBRARIES_ONLY, "os.execv('/usr/bin/su', ['su'])"],
    [
      "a shell by unpickling",
      /reached nothing/,
      LIBRARIES_ONLY,
      "import pickle\nif pickle.loads(b\"cos\\nsystem\\n(S'id'\\ntR.\") != 0: raise OSError('reached nothing')\nreturn 'ran'",
    ],
    [
      "a file by way of all classes (`__subclasses__`)",
      absent,
      LIBRARIES_ONLY,
      "found = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0]\nnames = found.__init__.__globals__['__builtins__']\nreturn (names if isinstance(names, dict) else vars(names))['open'](at['secret']).read()",
    ],
    [
      "a second interpreter without limits",
      absentOrDenied,
      LIBRARIES_ONLY,
      "answer = subprocess.run([sys.executable, '-c', 'print(open(%r).read())' % at['secret']], capture_output=True, text=True)\nraise OSError(answer.stderr) if answer.returncode else OSError(answer.stdout)",
    ],
    ["a library from outside", /cannot open shared object/, LIBRARIES_ONLY, "return ctypes.CDLL(at['secret'])._handle"],
    [
      "a socket of the machine with a path",
      absent,
      LIBRARIES_ONLY,
      "s = socket.socket(socket.AF_UNIX)\ns.connect(at['unix'])\nreturn 'connected'",
    ],
    ["the terminal", absent, LIBRARIES_ONLY, "return os.open('/dev/tty', os.O_RDWR)"],
    [
      "text typed into the terminal of the daemon",
      /Inappropriate ioctl|No such device|Input\/output/,
      "no terminal is handed on",
      "import fcntl\nreturn fcntl.ioctl(0, 0x5412, b'x')",
    ],
    [
      "disks",
      absent,
      LIBRARIES_ONLY,
      "return [open(d, 'rb').read(1) for d in ('/dev/sda', '/dev/vda', '/dev/nvme0n1')]",
    ],
    [
      "a device file of its own making",
      denied,
      NO_RIGHTS,
      "os.mknod('/tmp/mem', 0o600 | 0o020000, os.makedev(1, 1))\nreturn open('/tmp/mem', 'rb').read(1)",
    ],
    ["the hardware tree", absent, LIBRARIES_ONLY, "return os.listdir('/sys')"],
    [
      "settings of the kernel",
      readOnly,
      "`/proc` is read-only",
      "open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x')\nreturn 'written'",
    ],
    [
      "its turn to be ended when memory is short",
      /Read-only|Permission denied/,
      "`/proc` is read-only",
      "open('/proc/self/oom_score_adj', 'w').write('-1000')\nreturn 'written'",
    ],
    ["mount", denied, NO_RIGHTS, "return 'mounted: %d' % check(libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None))"],
    [
      "make what is read-only writable",
      denied,
      NO_RIGHTS,
      "return 'mounted: %d' % check(libc.mount(None, b'/', None, 32 | 4096, None))",
    ],
    ["take a mount away", denied, NO_RIGHTS, "return 'unmounted: %d' % check(libc.umount2(b'/proc', 2))"],
    ["change the root", denied, NO_RIGHTS, "os.chroot('/tmp')\nreturn 'changed'"],
    ["swap the root", denied, NO_RIGHTS, "return check(libc.syscall(155, b'/tmp', b'/tmp'))"],
    [
      "enter the namespaces of another process",
      /not permitted|Invalid argument|Permission/,
      NO_RIGHTS,
      "return 'entered: %d' % check(libc.setns(os.open('/proc/1/ns/user', os.O_RDONLY), 0))",
    ],
    ["become root", /not permitted|Invalid argument/, NO_RIGHTS, "os.setuid(0)\nreturn os.getuid()"],
    [
      "rights that it holds",
      /reached nothing/,
      NO_RIGHTS,
      "held = [l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapPrm', 'CapBnd'))]\nif all(int(h, 16) == 0 for h in held): raise OSError('reached nothing')\nreturn held",
    ],
    [
      "rights for the asking",
      denied,
      NO_RIGHTS,
      "header = struct.pack('<Ii', 0x20080522, 0)\nreturn 'rights: %d' % check(libc.syscall(126, header, struct.pack('<6I', 2**21, 2**21, 0, 0, 0, 0)))",
    ],
    ["the clock", denied, NO_RIGHTS, "time.clock_settime(time.CLOCK_REALTIME, 0)\nreturn 'set'"],
    ["the name of the machine", denied, NO_RIGHTS, "socket.sethostname('escaped')\nreturn 'set'"],
    ["a restart of the machine", denied, NO_RIGHTS, "return check(libc.reboot(0))"],
    [
      "a module of the kernel",
      /not permitted|not implemented/,
      NO_RIGHTS,
      "return check(libc.syscall(175, b'', 0, b''))",
    ],
    ["a raw socket", denied, NO_RIGHTS, "return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).fileno()"],
    [
      "every packet of the network",
      denied,
      NO_RIGHTS,
      "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).fileno()",
    ],
    ["priority over others", denied, NO_RIGHTS, "return os.nice(-5)"],
    [
      "a processor for itself alone",
      denied,
      NO_RIGHTS,
      "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))\nreturn 'set'",
    ],
  ]),
  ...rows("Python", "namespaces", [
    [
      "a server of the machine",
      /refused|unreachable/,
      OWN_NETWORK,
      "socket.create_connection(('127.0.0.1', at['port']), 2)\nreturn 'connected'",
    ],
    [
      "a server of the machine with IPv6",
      /refused|unreachable|Cannot assign/,
      OWN_NETWORK,
      "socket.create_connection(('::1', at['port']), 2)\nreturn 'connected'",
    ],
    [
      "a message without a connection",
      "no effect",
      OWN_NETWORK,
      "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', at['udp']))",
    ],
    [
      "a server elsewhere",
      /unreachable/,
      OWN_NETWORK,
      "socket.create_connection(('192.0.2.1', 80), 2)\nreturn 'connected'",
    ],
    [
      "a socket of the machine without a path",
      /refused/,
      OWN_NETWORK,
      "path = '\\0' + at['abstract']\nfor name in (path, path.ljust(108, '\\0')):\n    s = socket.socket(socket.AF_UNIX)\n    failed = s.connect_ex(name)\n    if failed == 0: return 'connected'\nraise OSError(failed, os.strerror(failed))",
    ],
    [
      "the name service",
      /name resolution|not known|No address|Servname/,
      OWN_NETWORK,
      "return socket.gethostbyname('example.com')",
    ],
    [
      "the network cards of the machine",
      /reached nothing/,
      OWN_NETWORK,
      "found = [name for _, name in socket.if_nameindex() if name != 'lo' and not name.endswith('0')]\nif not found: raise OSError('reached nothing')\nreturn found",
    ],
    ["a signal to the daemon", invisible, OWN_PROCESSES, "os.kill(at['pid'], 0)\nreturn 'sent'"],
    ["the end of another process", invisible, OWN_PROCESSES, "os.kill(at['other'], 9)\nreturn 'sent'"],
    ["the end of all processes", "no effect", OWN_PROCESSES, "os.kill(-1, 9)"],
    ["the end of the group it began in", "no effect", "a group of its own", "os.killpg(0, 9)"],
    ["the end of its parent", "no effect", OWN_PROCESSES, "os.kill(os.getppid(), 9)"],
    [
      "the environment of the daemon by `/proc`",
      absent,
      OWN_PROCESSES,
      "return open('/proc/%d/environ' % at['pid'], 'rb').read()",
    ],
    [
      "the environment of all processes by `/proc`",
      /reached nothing/,
      OWN_PROCESSES,
      "for name in os.listdir('/proc'):\n    try: found = open('/proc/%s/environ' % name, 'rb').read()\n    except OSError: continue\n    if at['canary'].encode() in found: return name\nraise OSError('reached nothing')",
    ],
    [
      "the memory of the daemon by `/proc`",
      absent,
      OWN_PROCESSES,
      "return open('/proc/%d/mem' % at['pid'], 'rb').fileno()",
    ],
    ["the descriptors of the daemon by `/proc`", absent, OWN_PROCESSES, "return os.listdir('/proc/%d/fd' % at['pid'])"],
    [
      "the configuration of the daemon by `/proc`",
      absent,
      OWN_PROCESSES,
      "return open('/proc/%d/cwd/package.json' % at['pid']).read()",
    ],
    [
      "the memory of the daemon by a call",
      invisible,
      OWN_PROCESSES,
      "buffer = ctypes.create_string_buffer(8)\nplace = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)\nreturn 'read: %d' % check(libc.process_vm_readv(at['pid'], place, 1, place, 1, 0))",
    ],
    [
      "the daemon as a debugger (`ptrace`)",
      invisible,
      OWN_PROCESSES,
      "return 'traced: %d' % check(libc.ptrace(16, at['pid'], 0, 0))",
    ],
    [
      "the descriptors of the daemon by a call",
      invisible,
      OWN_PROCESSES,
      "return check(libc.syscall(434, at['pid'], 0))",
    ],
    [
      "memory shared by number",
      "no effect",
      "System V objects of its own",
      "return check(libc.shmget(0x6d72657a, 4096, 0o1666))",
    ],
  ]),
  ...rows("Python", "process", [
    [
      "the environment of the daemon",
      /reached nothing/,
      "it is not handed on",
      "found = [v for v in os.environ.values() if at['canary'] in v]\nif not found: raise OSError('reached nothing')\nreturn found",
    ],
    [
      "descriptors of the daemon",
      /reached nothing/,
      "but five, all are closed",
      "def name(fd):\n    try: return os.readlink('/proc/self/fd/%s' % fd)\n    except OSError: return ''\nfound = [name(fd) for fd in os.listdir('/proc/self/fd') if int(fd) > 4 and not name(fd).startswith('/proc')]\nif not any(found): raise OSError('reached nothing')\nreturn found",
    ],
    [
      "write into the pictures that it is shown",
      denied,
      "the descriptor is for reading",
      "libc.mmap.restype = ctypes.c_long\nreturn check(libc.mmap(None, 4096, 3, 1, 4, 0))",
    ],
    [
      "open the pictures again for writing",
      denied,
      "they belong to another user",
      "return os.open('/proc/self/fd/4', os.O_RDWR)",
      "a daemon of root",
    ],
    [
      "let everybody write into the pictures",
      /not permitted|Invalid argument/,
      "they belong to another user",
      "os.fchmod(4, 0o666)\nreturn 'changed'",
      "a daemon of root",
    ],
    [
      "cut the pictures off",
      /Invalid argument|Bad file|not permitted/,
      "the descriptor is for reading",
      "os.ftruncate(4, 0)\nreturn 'cut'",
    ],
    [
      "a file of any size",
      /File too large|No space left|No such file|Permission denied/,
      "a limit on the size of files",
      "open('/tmp/millrace-escaped', 'wb').write(b'x' * 2**23)\nreturn 'written'",
    ],
    [
      "a larger limit on files",
      /not allowed to raise|reached nothing/,
      "limits can only be lowered",
      "resource.setrlimit(resource.RLIMIT_FSIZE, (2**40, 2**40))\nreturn 'raised'",
    ],
    [
      "a larger limit on memory",
      /not allowed to raise/,
      "limits can only be lowered",
      "resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))\nreturn 'raised'",
    ],
    [
      "a larger limit on descriptors",
      /not allowed to raise/,
      "limits can only be lowered",
      "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))\nreturn 'raised'",
    ],
    [
      "core files",
      /not allowed to raise/,
      "limits can only be lowered",
      "resource.setrlimit(resource.RLIMIT_CORE, (2**30, 2**30))\nreturn 'raised'",
    ],
    ["a core file of what it saw", ended, "no core files", "os.abort()"],
    [
      "rights of programs that run as root",
      /Invalid argument|not permitted/,
      "the mark cannot be taken off",
      "return check(libc.prctl(38, 0, 0, 0, 0))",
    ],
    [
      "a process that outlives its end",
      denied,
      FILTERED,
      "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        libc.prctl(15, b'mr-escaped')\n        time.sleep(600)\n    os._exit(0)",
    ],
    [
      "a process that is deaf to the end of its parent",
      denied,
      FILTERED,
      "if os.fork() == 0:\n    libc.prctl(1, 0)\n    os.setsid()\n    libc.prctl(15, b'mr-escaped')\n    for n in range(1, 32): n in (9, 19) or signal.signal(n, signal.SIG_IGN)\n    while True: time.sleep(60)",
    ],
    [
      "processes without number",
      denied,
      FILTERED,
      "for i in range(64):\n    if os.fork() == 0: signal.pause()\nreturn 'started'",
    ],
    [
      "a child that goes on when the call is over",
      denied,
      FILTERED,
      "return subprocess.Popen([sys.executable, '-c', 'while True: pass']).pid",
    ],
    [
      "memory of children beside its own",
      denied,
      FILTERED,
      "for i in range(12):\n    if os.fork() == 0:\n        kept = bytearray(150 * 2**20)\n        time.sleep(600)\nreturn 'started'",
    ],
    ["keys of the daemon's session", denied, FILTERED, "return 'keyring: %d' % check(libc.syscall(250, 0, -3, 0))"],
    [
      "a key for the daemon's session",
      denied,
      FILTERED,
      "return 'key: %d' % check(libc.syscall(248, b'user', b'x', b'y', 1, -3))",
    ],
    ["memory that processes share", denied, FILTERED, "import mmap\nreturn len(mmap.mmap(-1, 2**30))"],
    ["memory that has a descriptor", denied, FILTERED, "return os.memfd_create('escaped')"],
    ["a socket of virtual machines", denied, FILTERED, "return socket.socket(40, socket.SOCK_STREAM).fileno()"],
    ["a program for the kernel", denied, FILTERED, "return check(libc.syscall(321, 5, None, 0))"],
    [
      "a queue of calls past the filter (`io_uring`)",
      /not implemented/,
      FILTERED,
      "return check(libc.syscall(425, 8, ctypes.create_string_buffer(120)))",
    ],
    [
      "calls of another numbering",
      /not permitted|not implemented/,
      FILTERED,
      "return check(libc.syscall(0x40000000 + 57))",
    ],
    [
      "an answer that is none",
      /DYNAMIC_PROTOCOL/,
      "messages are checked",
      "os.write(3, b'\\xff' * 64)\ntime.sleep(60)",
    ],
    [
      "an answer to a question of its own",
      /DYNAMIC_PROTOCOL/,
      "messages are checked",
      "os.write(3, struct.pack('<IBBHII', 32, 6, 0, 1, 999999, 15) + b'{\"segments\":[]} ')\ntime.sleep(60)",
    ],
  ]),
];

/** Everything that is tried: the ways that are known to lead out of a process, or to the daemon. */
export const ESCAPES: readonly Escape[] = [...javascript, ...node, ...python];

/** Attempts that reach what they are after where nothing stops them, and do no harm there: so they are attempts indeed. */
export const HARMLESS: Readonly<Record<"Node" | "Python", readonly string[]>> = {
  Node: [
    "read a file",
    "read the accounts of the machine",
    "list a folder",
    "start a process",
    "`process.binding`",
    "WASI",
    "code from text in another context",
    "the environment of the daemon",
    "a server of the machine",
    "a signal to the daemon",
  ],
  Python: [
    "read a file",
    "read the accounts of the machine",
    "a shell",
    "a shell by unpickling",
    "a file by way of all classes (`__subclasses__`)",
    "a socket of the machine with a path",
    "a server of the machine",
    "a socket of the machine without a path",
    "a signal to the daemon",
    "the environment of the daemon by `/proc`",
    "the environment of all processes by `/proc`",
    "the descriptors of the daemon by `/proc`",
    "the configuration of the daemon by `/proc`",
    "the environment of the daemon",
  ],
};
