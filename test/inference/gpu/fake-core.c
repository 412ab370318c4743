/* In place of ONNX Runtime's core: a table whose entries say that they were called, with what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ort-table.h"

static void *create_status(int code, const char *message) {
  char *status = malloc(strlen(message) + 32);
  sprintf(status, "status %d: %s", code, message);
  return status;
}

/* Session options are names and values in turn, ended by null. */
static const char *find(const void *options, const char *key) {
  for (const char *const *entry = options; *entry != NULL; entry += 2)
    if (strcmp(entry[0], key) == 0) return entry[1];
  return NULL;
}

static void *has_entry(const void *options, const char *key, int *is_there) {
  *is_there = find(options, key) != NULL;
  return NULL;
}

static void *get_entry(const void *options, const char *key, char *value, size_t *size) {
  const char *found = find(options, key);
  size_t needed = strlen(found) + 1;
  if (value != NULL && *size < needed) return create_status(1, "the room is too small");
  if (value != NULL) memcpy(value, found, needed);
  *size = needed;
  return NULL;
}

static void *from_path(const void *env, const char *path, const void *options, void **session) {
  (void)env, (void)options;
  *session = NULL;
  printf("session from %s\n", path);
  return NULL;
}

static void *from_array(const void *env, const void *bytes, size_t size, const void *options, void **session) {
  (void)env, (void)bytes, (void)options;
  *session = NULL;
  printf("session from %zu bytes\n", size);
  return NULL;
}

static void *update(const char *provider, const char *const *names, const char *const *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strstr(names[i], "nonsense") != NULL) {
      char message[200];
      snprintf(message, sizeof message, "Unknown provider option: %s", names[i]);
      return create_status(2, message);
    }
    printf("%s takes %s = %s\n", provider, names[i], values[i]);
  }
  return NULL;
}

#define PROVIDER(provider)                                                                                         \
  static void *provider##_create(void **options) {                                                                 \
    *options = strdup(#provider);                                                                                  \
    return NULL;                                                                                                   \
  }                                                                                                                \
  static void *provider##_update(void *options, const char *const *names, const char *const *values, size_t count) { \
    return update(options, names, values, count);                                                                  \
  }                                                                                                                \
  static void *provider##_append(void *session_options, const void *options) {                                     \
    (void)session_options;                                                                                         \
    printf("%s appended\n", (const char *)options);                                                                \
    return NULL;                                                                                                   \
  }                                                                                                                \
  static void provider##_release(void *options) {                                                                  \
    printf("%s released\n", (const char *)options);                                                                \
    free(options);                                                                                                 \
  }

PROVIDER(cuda)
PROVIDER(tensorrt)

static void last(void) { printf("the last of the table\n"); }

static Function table[400] = {
    [CREATE_STATUS] = (Function)create_status,
    [CREATE_SESSION] = (Function)from_path,
    [CREATE_SESSION_FROM_ARRAY] = (Function)from_array,
    [CREATE_CUDA_OPTIONS] = (Function)cuda_create,
    [UPDATE_CUDA_OPTIONS] = (Function)cuda_update,
    [APPEND_CUDA] = (Function)cuda_append,
    [RELEASE_CUDA_OPTIONS] = (Function)cuda_release,
    [CREATE_TENSORRT_OPTIONS] = (Function)tensorrt_create,
    [UPDATE_TENSORRT_OPTIONS] = (Function)tensorrt_update,
    [APPEND_TENSORRT] = (Function)tensorrt_append,
    [RELEASE_TENSORRT_OPTIONS] = (Function)tensorrt_release,
    [HAS_SESSION_CONFIG_ENTRY] = (Function)has_entry,
    [GET_SESSION_CONFIG_ENTRY] = (Function)get_entry,
    [399] = (Function)last,
};

static const void *get_api(uint32_t version) { return version <= 30 ? table : NULL; }
static const char *get_version(void) { return "fake"; }
static const Base BASE = {get_api, get_version};

const Base *OrtGetApiBase(void);
const Base *OrtGetApiBase(void) { return &BASE; }
