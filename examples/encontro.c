/* A client of Encontro's registry, to learn from and to build on. The protocol: PROTOCOL.md.
 *
 *     cc -std=c99 -o encontro encontro.c && ./encontro HOST PORT NAME CALL_PORT
 *
 * It registers, tells who comes and goes, answers every call, and comes back when the connection is lost.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define QUIET_SECONDS 30 /* of silence before the registry is asked whether it is still there */
#define FIRST_WAIT_SECONDS 1.0
#define LONGEST_WAIT_SECONDS 30.0

enum { MOST_FIELDS = 6, MOST_ASKED = 64 };

/* The connection that is open, or -1. */
static volatile sig_atomic_t fd = -1;
static volatile sig_atomic_t leaving = 0;

/* The requests that have no reply yet. Replies come in the order of the requests. */
static const char *asked[MOST_ASKED];
static int asked_count;

static bool registered;

/* Ctrl-C. The others see at once that it was on purpose. Then the registry closes. */
static void leave(int number) {
    (void)number;
    if (fd < 0 || leaving || write(fd, "quit\n", 5) != 5) _exit(0);
    leaving = 1;
}

/* Sends all of `line`; one `send` may take only a part. A connection that is lost is noticed by `recv`. */
static void ask(const char *verb, const char *format, ...) {
    char line[1100];
    va_list words;
    va_start(words, format);
    size_t length = (size_t)vsnprintf(line, sizeof line, format, words);
    va_end(words);
    if (length >= sizeof line || asked_count == MOST_ASKED) return;
    asked[asked_count++] = verb;
    for (size_t sent = 0; sent < length;) {
        ssize_t now = send(fd, line + sent, length - sent, MSG_NOSIGNAL);
        if (now < 0 && errno != EINTR) return;
        if (now > 0) sent += (size_t)now;
    }
}

static const char *next_asked(void) {
    const char *first = asked[0];
    memmove(asked, asked + 1, (size_t)--asked_count * sizeof *asked);
    return first;
}

static bool waits_for_pong(void) {
    for (int index = 0; index < asked_count; index++)
        if (strcmp(asked[index], "ping") == 0) return true;
    return false;
}

/* base64url, RFC 4648, section 5: 6 bits in each character. */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const char *text, char *payload) {
    unsigned bits = 0, held = 0;
    for (; *text; text++) {
        bits = (bits << 8 | (unsigned char)*text) & 0xffff;
        for (held += 8; held >= 6; held -= 6) *payload++ = alphabet[bits >> (held - 6) & 63];
    }
    if (held > 0) *payload++ = alphabet[bits << (6 - held) & 63];
    *payload = 0;
}

/* In place: the text is shorter than its payload. */
static void decode(char *payload) {
    unsigned bits = 0, held = 0;
    char *text = payload;
    for (const char *place; *payload && (place = strchr(alphabet, *payload)); payload++) {
        bits = (bits << 6 | (unsigned)(place - alphabet)) & 0xffff;
        held += 6;
        if (held >= 8) *text++ = (char)(bits >> (held -= 8) & 255);
    }
    *text = 0;
}

/* What passes by itself. After any other refusal of the registration another try is of no use. */
static bool passes(const char *code) {
    static const char *const passing[] = {"already-registered", "too-fast", "connecting-too-fast",
                                          "too-many-connections", "too-many-from-address"};
    for (size_t index = 0; index < sizeof passing / sizeof *passing; index++)
        if (strcmp(code, passing[index]) == 0) return true;
    return false;
}

static bool is(const char *word, const char *other) { return strcmp(word, other) == 0; }

/* What the registry says unasked. Unknown kinds, and further fields, are of later versions: skip them. */
static void pushed(char *field[MOST_FIELDS]) {
    const char *kind = field[0] + 1;
    if (is(kind, "here") || is(kind, "joined")) {
        printf("%s: %s at %s, port %s\n", kind, field[1], field[2], field[3]);
    } else if (is(kind, "synced")) {
        printf("synced: %s\n", field[1]);
    } else if (is(kind, "left") || is(kind, "ready") || is(kind, "busy") || is(kind, "free") || is(kind, "missed")) {
        printf("%s: %s at %s\n", kind, field[1], field[2]);
    } else if (is(kind, "call")) {
        printf("call from %s at %s\n", field[2], field[3]);
        ask("accept", "accept,%s\n", field[1]);
    } else if (is(kind, "signal")) {
        decode(field[2]);
        printf("signal: %s\n", field[2]);
    } else if (is(kind, "ended")) {
        printf("call ended: %s\n", field[2]);
    } else if (is(kind, "bye")) {
        printf("bye: %s\n", field[1]);
    }
}

/* The reply to the request `verb`, but for `list`. */
static void replied(const char *verb, char *field[MOST_FIELDS]) {
    if (is(field[0], "error")) {
        /* The text is for people. The code is for programs. */
        const char *code = *field[2] ? field[2] : "unknown";
        printf("refused: %s %s\n", verb, code);
        if (!is(verb, "register")) return;
        if (!passes(code)) exit(1);
        shutdown(fd, SHUT_RDWR); /* Once more, after a wait. */
    } else if (is(verb, "register")) {
        registered = true;
        printf("registered\n");
        ask("list", "list\n");
        ask("watch", "watch\n");
        ask("ready", "ready\n");
    } else if (is(verb, "ready")) {
        printf("taking calls\n");
    } else if (is(verb, "accept")) {
        char payload[64];
        encode("{\"text\":\"Olá!\"}", payload);
        printf("accepted\n");
        ask("signal", "signal,%s,%s\n", field[1], payload);
    }
}

static void print_names(const char *line) {
    printf("online: ");
    for (; *line; line++) printf(*line == ',' ? ", " : "%c", *line);
    printf("\n");
}

static void heard(char *line) {
    bool push = *line == '*';
    bool refusal = strncmp(line, "error,", 6) == 0;
    if (!push && asked_count == 0) return;
    if (!push && !refusal && is(asked[0], "list")) {
        next_asked();
        print_names(line);
        return;
    }
    /* Fields that are missing are empty; those beyond the last are not looked at. */
    char *field[MOST_FIELDS];
    for (int index = 0; index < MOST_FIELDS; index++) {
        size_t length = strcspn(line, ",");
        field[index] = line;
        line += length + (line[length] == ',');
        field[index][length] = 0;
    }
    if (push) {
        /* `watch` has no line of its own: the first of the state answers it. */
        bool state = is(field[0], "*here") || is(field[0], "*synced");
        if (state && asked_count > 0 && is(asked[0], "watch")) next_asked();
        pushed(field);
    } else {
        replied(next_asked(), field);
    }
}

/* Until the connection ends. One read may bring half a line, or forty: they are cut at each newline. */
static void listen_to_registry(void) {
    char *waiting = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (room - length < 4096 && !(waiting = realloc(waiting, room += 8192))) abort();
        ssize_t count = recv(fd, waiting + length, room - length, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && !waits_for_pong()) {
            ask("ping", "ping\n");
            continue;
        }
        if (count <= 0) break; /* Its end, a reset, or no answer: it is gone. */
        length += (size_t)count;
        char *line = waiting, *newline;
        while ((newline = memchr(line, '\n', length - (size_t)(line - waiting)))) {
            *newline = 0;
            heard(line);
            line = newline + 1;
        }
        length -= (size_t)(line - waiting);
        memmove(waiting, line, length);
    }
    free(waiting);
}

/* A socket that is connected, or -1. The name is looked up anew each time. */
static int dial(const char *host, const char *port) {
    struct addrinfo want = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, port, &want, &found) != 0) return -1;
    int dialled = -1;
    for (struct addrinfo *each = found; each && dialled < 0; each = each->ai_next) {
        dialled = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
        if (dialled >= 0 && connect(dialled, each->ai_addr, each->ai_addrlen) < 0) {
            close(dialled);
            dialled = -1;
        }
    }
    freeaddrinfo(found);
    return dialled;
}

/* One connection, from its beginning to its end. Whether it was registered. */
static bool stay(char *argv[]) {
    int dialled = dial(argv[1], argv[2]);
    if (dialled < 0) return false;
    struct timeval quiet = {.tv_sec = QUIET_SECONDS};
    setsockopt(dialled, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof quiet);
    fd = dialled;
    asked_count = 0;
    registered = false;
    printf("connected\n");
    ask("register", "register,%s,%s\n", argv[3], argv[4]);
    listen_to_registry();
    fd = -1;
    close(dialled);
    printf("disconnected\n");
    return registered;
}

int main(int argc, char *argv[]) {
    if (argc != 5) {
        fprintf(stderr, "encontro HOST PORT NAME CALL_PORT\n");
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = leave}, NULL);
    srand((unsigned)(time(NULL) ^ getpid()));
    double wait = FIRST_WAIT_SECONDS;
    while (!leaving) {
        if (stay(argv)) wait = FIRST_WAIT_SECONDS;
        if (leaving) break;
        /* By chance, so that not all clients of a registry come back at the same moment. */
        double now = wait * (0.5 + 0.5 * rand() / RAND_MAX);
        nanosleep(&(struct timespec){.tv_sec = (time_t)now, .tv_nsec = (long)((now - (double)(time_t)now) * 1e9)}, NULL);
        wait = wait * 2 < LONGEST_WAIT_SECONDS ? wait * 2 : LONGEST_WAIT_SECONDS;
    }
    return 0;
}
