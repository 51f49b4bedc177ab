/*
 * What a directory cannot do without, in C: entries found by name, by name and address, and by end (address
 * and port). Open addressing, no deleted entries, names of the same length. One `pairs` lets somebody in and out.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char name[24];
  char ip[20];
  uint32_t port, call_port;
  uint64_t by_name, by_pair, by_end;
} entry;

typedef struct {
  entry **places;
  uint64_t mask;
} table;

static table names, pairs_, ends;
static entry *newcomers;
static uint32_t newcomer_count, next_newcomer;

static uint64_t hash(const char *text, uint64_t seed) {
  uint64_t value = seed ^ 1469598103934665603ull;
  for (; *text; text++) value = (value ^ (unsigned char)*text) * 1099511628211ull;
  return value ^ (value >> 29);
}

static void open_table(table *it, uint64_t places) {
  it->places = calloc(places, sizeof(entry *));
  it->mask = places - 1;
}

static uint64_t hash_in(const table *it, const entry *one) {
  return it == &names ? one->by_name : it == &pairs_ ? one->by_pair : one->by_end;
}

static int same_in(const table *it, const entry *one, const entry *other) {
  if (it == &ends) return one->port == other->port && !strcmp(one->ip, other->ip);
  if (strcmp(one->name, other->name)) return 0;
  return it == &names || !strcmp(one->ip, other->ip);
}

static int add(table *it, entry *one) {
  uint64_t at = hash_in(it, one) & it->mask;
  for (; it->places[at]; at = (at + 1) & it->mask)
    if (hash_in(it, it->places[at]) == hash_in(it, one) && same_in(it, it->places[at], one)) return 0;
  it->places[at] = one;
  return 1;
}

/* Those that follow move up, so that no deleted place stays. */
static void take(table *it, entry *one) {
  uint64_t at = hash_in(it, one) & it->mask;
  while (it->places[at] != one) at = (at + 1) & it->mask;
  for (uint64_t next = (at + 1) & it->mask; it->places[next]; next = (next + 1) & it->mask) {
    uint64_t home = hash_in(it, it->places[next]) & it->mask;
    if (((next - home) & it->mask) < ((next - at) & it->mask)) continue;
    it->places[at] = it->places[next];
    at = next;
  }
  it->places[at] = 0;
}

static void write_number(char *to, const char *before, uint32_t number) {
  char digits[12];
  int count = 0;
  do digits[count++] = '0' + number % 10, number /= 10; while (number);
  while (*before) *to++ = *before++;
  while (count) *to++ = digits[--count];
  *to = 0;
}

static void fill(entry *one, uint32_t number) {
  write_number(one->name, "p", number);
  write_number(one->ip, "10.", number);
  one->port = 40000;
  one->call_port = 5000;
}

static int enter(entry *one) {
  one->by_name = hash(one->name, 1);
  one->by_pair = hash(one->ip, one->by_name);
  one->by_end = hash(one->ip, one->port);
  return add(&names, one) && add(&pairs_, one) && add(&ends, one);
}

int begin(uint32_t registered, uint32_t coming) {
  uint64_t places = 64;
  while (places < 2ull * (registered + 1)) places *= 2;
  open_table(&names, places);
  open_table(&pairs_, places);
  open_table(&ends, places);
  for (uint32_t number = 0; number < registered; number++) {
    entry *one = malloc(sizeof(entry));
    fill(one, number);
    if (!enter(one)) return 0;
  }
  newcomers = malloc(coming * sizeof(entry));
  newcomer_count = coming;
  for (uint32_t number = 0; number < coming; number++) fill(&newcomers[number], registered + number);
  return 1;
}

int come_and_go(uint32_t count) {
  for (; count; count--) {
    entry *seen = &newcomers[next_newcomer++ % newcomer_count];
    entry *one = malloc(sizeof(entry));
    *one = *seen;
    if (!enter(one)) return 0;
    take(&ends, one);
    take(&pairs_, one);
    take(&names, one);
    free(one);
  }
  return 1;
}
