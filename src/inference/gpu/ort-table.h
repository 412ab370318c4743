/*
 * The part of ONNX Runtime's C interface that ort-shim.c uses: places of functions in the table `OrtApi`, and their types.
 * The table only ever grows, so a place holds for all later releases. Source: the order of the members of `struct OrtApi` in
 * include/onnxruntime/core/session/onnxruntime_c_api.h of microsoft/onnxruntime; test/inference/gpu/ort-shim.test.ts calls each of them in the
 * installed core.
 */
#include <stddef.h>
#include <stdint.h>

enum {
  CREATE_STATUS = 0,
  CREATE_SESSION = 7,
  CREATE_SESSION_FROM_ARRAY = 8,
  APPEND_TENSORRT = 170,
  CREATE_TENSORRT_OPTIONS = 171,
  UPDATE_TENSORRT_OPTIONS = 172,
  RELEASE_TENSORRT_OPTIONS = 174,
  APPEND_CUDA = 204,
  CREATE_CUDA_OPTIONS = 205,
  UPDATE_CUDA_OPTIONS = 206,
  RELEASE_CUDA_OPTIONS = 208,
  HAS_SESSION_CONFIG_ENTRY = 237,
  GET_SESSION_CONFIG_ENTRY = 238,
  LAST_USED = GET_SESSION_CONFIG_ENTRY,
  /* More than any release has. */
  MOST_FUNCTIONS = 2048,
};

/* Codes of a status. */
enum { FAILED = 1, INVALID_ARGUMENT = 2 };

typedef void (*Function)(void);

/* Functions return null or a status, which the caller releases. */
typedef void *(*CreateStatus)(int code, const char *message);
typedef void *(*FromPath)(const void *env, const char *path, const void *options, void **session);
typedef void *(*FromArray)(const void *env, const void *bytes, size_t size, const void *options, void **session);
typedef void *(*HasEntry)(const void *options, const char *key, int *is_there);
typedef void *(*GetEntry)(const void *options, const char *key, char *value, size_t *size);
typedef void *(*CreateOptions)(void **provider_options);
typedef void *(*UpdateOptions)(void *provider_options, const char *const *names, const char *const *values, size_t count);
typedef void *(*Append)(void *session_options, const void *provider_options);
typedef void (*ReleaseOptions)(void *provider_options);

typedef struct {
  const void *(*get_api)(uint32_t version);
  const char *(*get_version)(void);
} Base;

typedef const Base *(*GetBase)(void);
