/*
 * Stands before the core of ONNX Runtime as libonnxruntime.so.1, so that options of execution providers reach it that its Node binding
 * does not pass on. The core lies beside this library as libonnxruntime_real.so.1. The table of functions that the binding asks for is the
 * core's, but for the two that create sessions: they read the entries `millrace.provider` and `millrace.options` of the session's
 * configuration and append that provider first. Without these entries nothing differs.
 *
 * Compiled by ort-shim.ts, which gives the release of the core (CORE_VERSION) and what the file is recognised by (SHIM_MARK).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ort-table.h"

__attribute__((used)) static const char mark[] = SHIM_MARK;

static const Function *core_table;
static Function *own_table;
static const Base *core_base;

#define CORE(index, type) ((type)core_table[index])

static void *refusal(int code, const char *format, const char *detail) {
  char message[512];
  snprintf(message, sizeof message, format, detail);
  return CORE(CREATE_STATUS, CreateStatus)(code, message);
}

/* Reads an entry of the configuration into new memory; leaves null where there is none. */
static void *read_entry(const void *options, const char *key, char **value) {
  int is_there = 0;
  size_t size = 0;
  void *status = CORE(HAS_SESSION_CONFIG_ENTRY, HasEntry)(options, key, &is_there);
  if (status != NULL || !is_there) return status;
  /* A call without room tells the size. */
  status = CORE(GET_SESSION_CONFIG_ENTRY, GetEntry)(options, key, NULL, &size);
  if (status != NULL) return status;
  char *text = malloc(size + 1);
  if (text == NULL) return refusal(FAILED, "no memory for %s", key);
  status = CORE(GET_SESSION_CONFIG_ENTRY, GetEntry)(options, key, text, &size);
  if (status != NULL) {
    free(text);
    return status;
  }
  text[size] = '\0';
  *value = text;
  return NULL;
}

typedef struct {
  const char *name;
  int create, update, append, release;
} Provider;

static const Provider PROVIDERS[] = {
    {"cuda", CREATE_CUDA_OPTIONS, UPDATE_CUDA_OPTIONS, APPEND_CUDA, RELEASE_CUDA_OPTIONS},
    {"tensorrt", CREATE_TENSORRT_OPTIONS, UPDATE_TENSORRT_OPTIONS, APPEND_TENSORRT, RELEASE_TENSORRT_OPTIONS},
};

enum { MOST_OPTIONS = 64 };

/* Splits lines of NAME=VALUE in place. */
static void *split(char *text, const char **names, const char **values, size_t *count) {
  *count = 0;
  while (text != NULL && *text != '\0') {
    char *line = strsep(&text, "\n");
    char *equals = strchr(line, '=');
    if (equals == NULL || equals == line) return refusal(INVALID_ARGUMENT, "millrace.options: \"%s\" is not NAME=VALUE", line);
    if (*count == MOST_OPTIONS) return refusal(INVALID_ARGUMENT, "millrace.options: too many, from \"%s\"", line);
    *equals = '\0';
    names[*count] = line;
    values[(*count)++] = equals + 1;
  }
  return NULL;
}

static void *append(const Provider *provider, void *session_options, char *text) {
  const char *names[MOST_OPTIONS], *values[MOST_OPTIONS];
  size_t count;
  void *provider_options = NULL;
  void *status = split(text, names, values, &count);
  if (status != NULL) return status;
  status = CORE(provider->create, CreateOptions)(&provider_options);
  if (status != NULL) return status;
  if (count > 0) status = CORE(provider->update, UpdateOptions)(provider_options, names, values, count);
  if (status == NULL) status = CORE(provider->append, Append)(session_options, provider_options);
  CORE(provider->release, ReleaseOptions)(provider_options);
  return status;
}

static void *append_wanted(const void *session_options) {
  char *name = NULL, *options = NULL;
  void *status = read_entry(session_options, "millrace.provider", &name);
  if (status != NULL || name == NULL) return status;
  status = read_entry(session_options, "millrace.options", &options);
  const Provider *found = NULL;
  for (size_t i = 0; i < sizeof PROVIDERS / sizeof *PROVIDERS; i++)
    if (strcmp(PROVIDERS[i].name, name) == 0) found = &PROVIDERS[i];
  if (status == NULL && found == NULL)
    status = refusal(INVALID_ARGUMENT, "millrace.provider: \"%s\" is neither cuda nor tensorrt", name);
  /* The binding makes session options for one session only, so they may change. */
  if (status == NULL) status = append(found, (void *)(uintptr_t)session_options, options);
  free(name);
  free(options);
  return status;
}

static void *create_session(const void *env, const char *path, const void *options, void **session) {
  void *status = append_wanted(options);
  return status != NULL ? status : CORE(CREATE_SESSION, FromPath)(env, path, options, session);
}

static void *create_session_from_array(const void *env, const void *bytes, size_t size, const void *options, void **session) {
  void *status = append_wanted(options);
  return status != NULL ? status : CORE(CREATE_SESSION_FROM_ARRAY, FromArray)(env, bytes, size, options, session);
}

typedef struct {
  uintptr_t from, to;
} Span;

/* Finds the end of the memory that a library's file fills around an address. */
static int find_end(struct dl_phdr_info *library, size_t size, void *data) {
  Span *span = data;
  (void)size;
  for (int i = 0; i < library->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &library->dlpi_phdr[i];
    uintptr_t start = library->dlpi_addr + part->p_vaddr;
    if (part->p_type != PT_LOAD || span->from < start || span->from >= start + part->p_memsz) continue;
    span->to = start + part->p_memsz;
    return 1;
  }
  return 0;
}

/* The table does not tell its length: what follows it in the core's memory is copied as well, up to a bound. */
static Function *copy_of(const Function *table) {
  Span span = {(uintptr_t)table, 0};
  dl_iterate_phdr(find_end, &span);
  size_t size = span.to > span.from ? span.to - span.from : 0;
  if (size > MOST_FUNCTIONS * sizeof(Function)) size = MOST_FUNCTIONS * sizeof(Function);
  if (size <= LAST_USED * sizeof(Function)) return NULL;
  Function *copy = malloc(size);
  if (copy != NULL) memcpy(copy, table, size);
  return copy;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const void *get_api(uint32_t version) {
  const Function *table = core_base->get_api(version);
  if (table == NULL) return NULL;
  pthread_mutex_lock(&lock);
  if (own_table == NULL) {
    Function *copy = copy_of(table);
    if (copy != NULL) {
      copy[CREATE_SESSION] = (Function)create_session;
      copy[CREATE_SESSION_FROM_ARRAY] = (Function)create_session_from_array;
      core_table = table;
      own_table = copy;
    }
  }
  pthread_mutex_unlock(&lock);
  /* The core has one table for all versions of its interface. */
  return table == core_table ? own_table : NULL;
}

static const char *get_version(void) { return core_base->get_version(); }

static const Base OWN_BASE = {get_api, get_version};

/* The binding has no way to take a refusal here. */
static void give_up(const char *reason) {
  fprintf(stderr, "millrace: the core of ONNX Runtime cannot be opened: %s\n", reason);
  fprintf(stderr, "millrace: install onnxruntime-node again, then run `millrace gpu install`\n");
  abort();
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_core(void) {
  char path[4096];
  Dl_info own;
  if (dladdr((const void *)mark, &own) == 0) give_up("the folder of this library is not known");
  const char *slash = strrchr(own.dli_fname, '/');
  int folder = slash == NULL ? 0 : (int)(slash - own.dli_fname + 1);
  snprintf(path, sizeof path, "%.*slibonnxruntime_real.so.1", folder, own.dli_fname);
  void *core = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (core == NULL) give_up(dlerror());
  GetBase get_base = (GetBase)dlvsym(core, "OrtGetApiBase", CORE_VERSION);
  if (get_base == NULL) give_up(dlerror());
  core_base = get_base();
}

__attribute__((visibility("default"))) const Base *OrtGetApiBase(void) {
  pthread_once(&once, open_core);
  return &OWN_BASE;
}
