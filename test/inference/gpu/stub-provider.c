/*
 * In place of a provider's library, for the real core: writes the options that it is given to standard error, and makes no provider.
 * The core calls the functions of an object of C++, by their order: the first makes a provider, the fifth takes options.
 */
#include <stdio.h>
#include <string.h>

typedef void *(*Method)(void *first, void *second, void *third);

static void *nothing(void *first, void *second, void *third) {
  (void)first, (void)second, (void)third;
  return NULL;
}

/* Returns an empty pointer to a provider, in room that the caller gives. */
static void *make(void *room, void *self, void *options) {
  (void)self, (void)options;
  fprintf(stderr, "asked for a provider\n");
  memset(room, 0, 2 * sizeof(void *));
  return room;
}

/* The options are a map of strings: a list of nodes, each with the next one, the name and the value. */
static void *take(void *self, void *options, void *map) {
  enum { FIRST = 2, NEXT = 0, NAME = 1, VALUE = 5 };
  (void)self, (void)options;
  for (void **node = ((void **)map)[FIRST]; node != NULL; node = node[NEXT])
    fprintf(stderr, "option %s=%s\n", (char *)node[NAME], (char *)node[VALUE]);
  return NULL;
}

static Method methods[] = {make, nothing, nothing, nothing, take, nothing, nothing, nothing, nothing, nothing, nothing, nothing};
static Method *provider = methods;

void *GetProvider(void);
void *GetProvider(void) { return &provider; }
