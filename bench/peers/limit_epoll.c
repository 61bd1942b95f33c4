// The limit no HTTP server can beat: one thread answers each recv with one send of canned bytes, unparsed.
// SPDX-License-Identifier: BSD-3-Clause

// What a request costs here is the kernel's share alone: epoll_wait (shared by all sockets that are
// ready at once), one recv, one send. The bytes sent are a recorded answer of Troupe, so both put
// the same load on the wire. One recv is taken for one request, which holds as long as the client
// does not pipeline and its request fits one segment; wrk and bench/http/run keep to that.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_events = 256, request_capacity = 4096, response_capacity = 65536 };

static _Noreturn void fail(const char* what) {
  fprintf(stderr, "limit_epoll: %s: %s\n", what, strerror(errno));
  exit(1);
}

static size_t read_response(const char* path, char* bytes) {
  FILE* file = fopen(path, "rb");
  if (file == NULL)
    fail(path);
  size_t size = fread(bytes, 1, response_capacity, file);
  if (ferror(file) != 0)
    fail(path);
  if (size == 0 || fgetc(file) != EOF) {
    fprintf(stderr, "limit_epoll: %s: empty or over %d B\n", path, response_capacity);
    exit(1);
  }
  fclose(file);
  return size;
}

static int listen_on_loopback(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0)
    fail("socket");
  int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    fail("SO_REUSEADDR");
  if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0)
    fail("bind");
  if (listen(listener, SOMAXCONN) != 0)
    fail("listen");
  return listener;
}

static void watch(int poller, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0)
    fail("epoll_ctl");
}

static void accept_all(int poller, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN)
        return;
      if (errno == ECONNABORTED || errno == EINTR)
        continue;
      fail("accept4");
    }
    int on = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
      fail("TCP_NODELAY");
    watch(poller, fd);
  }
}

static void answer(int fd, const char* response, size_t size) {
  static char request[request_capacity];
  ssize_t got = recv(fd, request, sizeof request, 0);
  if (got > 0) {
    ssize_t sent = send(fd, response, size, MSG_NOSIGNAL);
    if (sent == (ssize_t)size)
      return;
  } else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  close(fd); // the client is gone, or too slow to take one answer: the generator counts the latter
}

int main(int argc, char** argv) {
  int port = 0;
  const char* path = NULL;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--port") == 0)
      port = atoi(argv[i + 1]);
    else if (strcmp(argv[i], "--response") == 0)
      path = argv[i + 1];
  }
  if (port <= 0 || port > 65535 || path == NULL) {
    fprintf(stderr, "usage: limit_epoll --port N --response FILE\n");
    return 2;
  }
  static char response[response_capacity];
  size_t size = read_response(path, response);
  int listener = listen_on_loopback(port);
  int poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0)
    fail("epoll_create1");
  watch(poller, listener);
  struct epoll_event events[max_events];
  for (;;) {
    int ready = epoll_wait(poller, events, max_events, -1);
    if (ready < 0 && errno != EINTR)
      fail("epoll_wait");
    for (int i = 0; i < ready; ++i) {
      if (events[i].data.fd == listener)
        accept_all(poller, listener);
      else
        answer(events[i].data.fd, response, size);
    }
  }
}
