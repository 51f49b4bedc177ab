/*
 * The load generator's loop, compiled when it is needed by the TinyCC that is part of Bun (`cc` of
 * bun:ffi). That brings no headers, so whatever is used of Linux's C library is declared here, as
 * it is on x86-64 and arm64. One thread, one epoll set, edge-triggered. It knows no protocol: it
 * sends the bytes that it is given, and an answer is so many newlines.
 *
 * All functions return 0, or a negative number, and then `why` tells the reason.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

struct timespec { long seconds, nanoseconds; };
struct timeval { long seconds, microseconds; };
struct rusage { struct timeval user, system; long others[14]; };
struct sockaddr_in { u16 family, port; u32 address; u8 zero[8]; };
#ifdef __x86_64__
/* The kernel's own layout, the same for 32 and 64 bits there alone (epoll.h). */
struct __attribute__((packed)) epoll_event { u32 events; u64 data; };
#else
struct epoll_event { u32 events; u64 data; };
#endif

int socket(int, int, int);
int setsockopt(int, int, int, const void *, u32);
int bind(int, const void *, u32);
int connect(int, const void *, u32);
long read(int, void *, u64);
long write(int, const void *, u64);
int close(int);
int epoll_create1(int);
int epoll_ctl(int, int, int, struct epoll_event *);
int epoll_wait(int, struct epoll_event *, int, int);
int clock_gettime(int, struct timespec *);
int getrusage(int, struct rusage *);
void *memchr(const void *, int, u64);
void *calloc(u64, u64);
char *strerror(int);
int snprintf(char *, u64, const char *, ...);
int *__errno_location(void);

#define AF_INET 2
#define SOCK_STREAM 1
#define SOCK_NONBLOCK 04000
#define SOL_IP 0
#define IP_BIND_ADDRESS_NO_PORT 24
#define EPOLL_CTL_ADD 1
#define EPOLLIN 0x1u
#define EPOLLOUT 0x4u
#define EPOLLET 0x80000000u
#define EAGAIN 11
#define EINTR 4
#define EINPROGRESS 115
#define CLOCK_MONOTONIC 1

#define LOOPBACK 0x7f000000u
#define EVENTS 512
#define BUFFER (256 * 1024)
/* More at once would not fit the queue of a server that listens with the usual 128. */
#define CONNECTING 64
/* Milliseconds without any event after which the other end is taken to have failed. */
#define PATIENCE 20000

enum state { CONNECTS, GREETS, IDLE, ASKS, LEAVES };

struct connection {
  int fd;
  enum state state;
  /* Newlines still to come. */
  int awaited;
  /* Whether the next byte begins a line. */
  int at_start;
  /* Which request is next; negative before the first. */
  int next;
};

/* `count` texts, one after the other: the one at i is from ends[i - 1] to ends[i]. */
struct texts { const char *bytes; const u32 *ends; int count; };

/* What was done from the first request to the last answer. */
struct outcome { double done, seconds, processor_seconds; };

static char failure[256];

static struct connection *connections;
static int connection_count;
static int poll_set;
static struct sockaddr_in server;
static u32 next_source;
static struct epoll_event events[EVENTS];
static char buffer[BUFFER];

static int fail(const char *what)
{
  int error = *__errno_location();
  snprintf(failure, sizeof failure, "%s: %s", what, strerror(error));
  return -1;
}

static int complain(const char *what)
{
  snprintf(failure, sizeof failure, "%s", what);
  return -1;
}

static u16 swapped16(u16 value) { return value >> 8 | value << 8; }

static u32 swapped32(u32 value)
{
  return (u32)swapped16(value) << 16 | swapped16(value >> 16);
}

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.seconds + time.nanoseconds / 1e9;
}

static double processor(void)
{
  struct rusage usage;
  getrusage(0, &usage);
  return usage.user.seconds + usage.system.seconds
    + (usage.user.microseconds + usage.system.microseconds) / 1e6;
}

/* Each connection comes from another address of 127.0.0.0/8, so that ports never run out. */
static int begin_connection(struct connection *each)
{
  int on = 1;
  struct sockaddr_in source = { AF_INET, 0, swapped32(LOOPBACK + next_source++), { 0 } };
  struct epoll_event wanted;
  each->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (each->fd < 0) return fail("socket");
  setsockopt(each->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(each->fd, &source, sizeof source) < 0) return fail("bind");
  if (connect(each->fd, &server, sizeof server) < 0 && *__errno_location() != EINPROGRESS)
    return fail("connect");
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
  wanted.data = (u64)(each - connections);
  if (epoll_ctl(poll_set, EPOLL_CTL_ADD, each->fd, &wanted) < 0) return fail("epoll_ctl");
  each->state = CONNECTS;
  each->awaited = 0;
  each->at_start = 1;
  return 0;
}

/* Sends `number` texts from `first` on in one write: so little that it is taken whole. */
static int say(struct connection *each, const struct texts *texts, int first, int number)
{
  u32 from = first == 0 ? 0 : texts->ends[first - 1];
  u32 to = texts->ends[first + number - 1];
  long taken = write(each->fd, texts->bytes + from, to - from);
  if (taken < 0) return fail("write");
  if (taken < (long)(to - from)) return complain("write: a request was taken in part");
  return 0;
}

/*
 * Reads what is there and counts its newlines off what is awaited. 1 at the end of input. No reply
 * that is measured begins with `e` or `-`, as the refusals of a registry and of Redis do.
 */
static int hear(struct connection *each)
{
  for (;;) {
    long length = read(each->fd, buffer, BUFFER);
    const char *at = buffer, *end = buffer + length;
    if (length == 0) return 1;
    if (length < 0) return *__errno_location() == EAGAIN ? 0 : fail("read");
    while (at < end) {
      const char *line_end = memchr(at, '\n', end - at);
      if (each->at_start && (*at == 'e' || *at == '-')) {
        snprintf(failure, sizeof failure, "refused: %.*s",
          (int)((line_end ? line_end : end) - at), at);
        return -1;
      }
      each->at_start = line_end != 0;
      if (!line_end) break;
      each->awaited -= 1;
      at = line_end + 1;
    }
    /* While it leaves, the end of input may have come already, and is told of once alone. */
    if (length < BUFFER && each->state != LEAVES) return 0;
  }
}

static int wait_for_events(void)
{
  for (;;) {
    int number = epoll_wait(poll_set, events, EVENTS, PATIENCE);
    if (number > 0) return number;
    if (number == 0) return complain("nothing came for too long");
    if (*__errno_location() != EINTR) return fail("epoll_wait");
  }
}

int prepare(int port, u32 first_source, int count)
{
  server.family = AF_INET;
  server.port = swapped16(port);
  server.address = swapped32(LOOPBACK + 1);
  next_source = first_source;
  connection_count = count;
  connections = calloc(count, sizeof *connections);
  poll_set = epoll_create1(0);
  return poll_set < 0 ? fail("epoll_create1") : 0;
}

/* Opens all connections; each says its greeting and awaits `lines` newlines. */
int open_all(const char *bytes, const u32 *ends, int lines)
{
  struct texts greetings = { bytes, ends, connection_count };
  int begun = 0, finished = 0;
  while (finished < connection_count) {
    int number;
    for (; begun < connection_count && begun - finished < CONNECTING; begun += 1)
      if (begin_connection(&connections[begun]) < 0) return -1;
    number = wait_for_events();
    if (number < 0) return -1;
    for (int index = 0; index < number; index += 1) {
      struct connection *each = &connections[events[index].data];
      if (each->state == CONNECTS) {
        if (say(each, &greetings, (int)(each - connections), 1) < 0) return -1;
        each->awaited = lines;
        each->state = GREETS;
      }
      int heard = hear(each);
      if (heard < 0) return -1;
      if (heard > 0) return complain("a connection was closed while it greeted");
      if (each->state == GREETS && each->awaited <= 0) {
        each->state = IDLE;
        each->next = -1;
        finished += 1;
      }
    }
  }
  return 0;
}

/*
 * Every connection has `depth` requests under way, sent in one write; once all their answers of
 * `lines` newlines are in, it sends the next. After `seconds` no more are sent, and what is under
 * way is awaited. `requests` has `depth` more texts than `count`, which are its first again. In
 * `outcome`: answers.
 */
int ask(const char *bytes, const u32 *ends, int count, int lines, int depth, double seconds,
  struct outcome *outcome)
{
  struct texts requests = { bytes, ends, count + depth };
  double processor_before = processor(), began = now(), deadline = began + seconds;
  int asking = 0, ending = 0;
  outcome->done = 0;
  for (int index = 0; index < connection_count; index += 1) {
    struct connection *each = &connections[index];
    /* Not all of them the same at the same time. */
    if (each->next < 0) each->next = (int)((long)index * count / connection_count);
    if (say(each, &requests, each->next, depth) < 0) return -1;
    each->next = (each->next + depth) % count;
    each->awaited = lines * depth;
    each->state = ASKS;
    asking += 1;
  }
  while (asking > 0) {
    int number = wait_for_events();
    if (number < 0) return -1;
    if (!ending) ending = now() >= deadline;
    for (int index = 0; index < number; index += 1) {
      struct connection *each = &connections[events[index].data];
      int heard = hear(each);
      if (heard < 0) return -1;
      if (heard > 0) return complain("a connection was closed while it asked");
      if (each->state != ASKS || each->awaited > 0) continue;
      if (each->awaited < 0) return complain("more answers than requests");
      outcome->done += depth;
      if (ending) {
        each->state = IDLE;
        asking -= 1;
        continue;
      }
      if (say(each, &requests, each->next, depth) < 0) return -1;
      each->next = (each->next + depth) % count;
      each->awaited = lines * depth;
    }
  }
  outcome->seconds = now() - began;
  outcome->processor_seconds = processor() - processor_before;
  return 0;
}

/*
 * Every connection does this again and again: connects from an address that is new, greets, awaits
 * one line, says the farewell (the text after the greetings), awaits one line and the end of input,
 * and closes. After `seconds` none begins anew. In `outcome`: cycles.
 */
int cycle(const char *bytes, const u32 *ends, double seconds, struct outcome *outcome)
{
  struct texts texts = { bytes, ends, connection_count + 1 };
  double processor_before = processor(), began = now(), deadline = began + seconds;
  int running = 0, ending = 0;
  outcome->done = 0;
  for (; running < connection_count; running += 1)
    if (begin_connection(&connections[running]) < 0) return -1;
  while (running > 0) {
    int number = wait_for_events();
    if (number < 0) return -1;
    if (!ending) ending = now() >= deadline;
    for (int index = 0; index < number; index += 1) {
      struct connection *each = &connections[events[index].data];
      int heard;
      if (each->state == CONNECTS) {
        if (say(each, &texts, (int)(each - connections), 1) < 0) return -1;
        each->awaited = 1;
        each->state = GREETS;
        continue;
      }
      heard = hear(each);
      if (heard < 0) return -1;
      if (heard == 0 && each->state == GREETS && each->awaited == 0) {
        if (say(each, &texts, connection_count, 1) < 0) return -1;
        each->awaited = 1;
        each->state = LEAVES;
      } else if (heard > 0) {
        if (each->state != LEAVES || each->awaited != 0)
          return complain("a connection was closed too early");
        close(each->fd);
        outcome->done += 1;
        if (ending) running -= 1;
        else if (begin_connection(each) < 0) return -1;
      }
    }
  }
  outcome->seconds = now() - began;
  outcome->processor_seconds = processor() - processor_before;
  return 0;
}

const char *why(void) { return failure; }
