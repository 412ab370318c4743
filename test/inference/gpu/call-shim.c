/* call-shim LIBRARY NAME VALUE ...: opens sessions with these entries and says what came back. */
#include <dlfcn.h>
#include <stdio.h>

#include "ort-table.h"

int main(int count, char **arguments) {
  void *library = count < 2 ? NULL : dlopen(arguments[1], RTLD_NOW);
  if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
  const Base *base = ((GetBase)dlsym(library, "OrtGetApiBase"))();
  const Function *table = base->get_api(30);
  const void *options = &arguments[2];
  void *session = NULL;
  printf("version %s, the same table again: %d, of a later one: %d\n", base->get_version(), base->get_api(17) == table, base->get_api(31) != NULL);
  const char *status = ((FromArray)table[CREATE_SESSION_FROM_ARRAY])(NULL, "model", 5, options, &session);
  printf("%s\n", status == NULL ? "opened" : status);
  status = ((FromPath)table[CREATE_SESSION])(NULL, "model.onnx", options, &session);
  printf("%s\n", status == NULL ? "opened" : status);
  table[399]();
  return 0;
}
