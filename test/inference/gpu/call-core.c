/* call-core LIBRARY: calls each function of the table that the shim uses, but for those that create sessions, in the core itself. */
#include <dlfcn.h>
#include <stdio.h>

#include "ort-table.h"

enum { GET_ERROR_CODE = 1, GET_ERROR_MESSAGE = 2, CREATE_ENVIRONMENT = 3, CREATE_SESSION_OPTIONS = 10 };

static const Function *table;

static void tell(const char *what, const void *status) {
  if (status == NULL) {
    printf("%s: done\n", what);
    return;
  }
  int code = ((int (*)(const void *))table[GET_ERROR_CODE])(status);
  printf("%s: %d %s\n", what, code, ((const char *(*)(const void *))table[GET_ERROR_MESSAGE])(status));
}

static void try_provider(const char *name, int create, int update, int append, int release) {
  char what[50];
  void *options = NULL;
  const char *const empty[] = {""}, *const names[] = {"device_id"}, *const values[] = {"0"};
  void *session_options = NULL;
  tell("session options", ((CreateOptions)table[CREATE_SESSION_OPTIONS])(&session_options));
  snprintf(what, sizeof what, "create %s", name);
  tell(what, ((CreateOptions)table[create])(&options));
  snprintf(what, sizeof what, "update %s with nothing", name);
  tell(what, ((UpdateOptions)table[update])(options, empty, empty, 1));
  snprintf(what, sizeof what, "update %s", name);
  tell(what, ((UpdateOptions)table[update])(options, names, values, 1));
  snprintf(what, sizeof what, "append %s", name);
  tell(what, ((Append)table[append])(session_options, options));
  ((ReleaseOptions)table[release])(options);
}

int main(int count, char **arguments) {
  void *library = count < 2 ? NULL : dlopen(arguments[1], RTLD_NOW);
  if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
  const Base *base = ((GetBase)dlsym(library, "OrtGetApiBase"))();
  table = base->get_api(17);
  printf("version %s\n", base->get_version());
  void *environment = NULL;
  /* Providers are loaded with a log; 4 is fatal. */
  tell("environment", ((void *(*)(int, const char *, void **))table[CREATE_ENVIRONMENT])(4, "test", &environment));
  tell("status", ((CreateStatus)table[CREATE_STATUS])(INVALID_ARGUMENT, "made here"));
  void *options = NULL;
  tell("session options", ((CreateOptions)table[CREATE_SESSION_OPTIONS])(&options));
  int is_there = 7;
  tell("has", ((HasEntry)table[HAS_SESSION_CONFIG_ENTRY])(options, "millrace.provider", &is_there));
  printf("has: %d\n", is_there);
  size_t size = 0;
  tell("get", ((GetEntry)table[GET_SESSION_CONFIG_ENTRY])(options, "millrace.provider", NULL, &size));
  try_provider("cuda", CREATE_CUDA_OPTIONS, UPDATE_CUDA_OPTIONS, APPEND_CUDA, RELEASE_CUDA_OPTIONS);
  try_provider("tensorrt", CREATE_TENSORRT_OPTIONS, UPDATE_TENSORRT_OPTIONS, APPEND_TENSORRT, RELEASE_TENSORRT_OPTIONS);
  return 0;
}
