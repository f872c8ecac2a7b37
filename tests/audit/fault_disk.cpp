// Definitions in the program come before the C library's, for SQLite too.
#include "tests/audit/fault_disk.h"

#include <cerrno>
#include <csignal>

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

namespace support {

namespace {

Strike armed = Strike::kNone;
int target = 0;
int seen = 0;

// Whether the call is to fail.
bool strikes() {
  ++seen;
  if (armed == Strike::kNone || seen < target) return false;
  if (armed == Strike::kKill) kill(getpid(), SIGKILL);
  errno = ENOSPC;
  return true;
}

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void arm_disk(Strike strike, int at_call) {
  armed = strike;
  target = at_call;
  seen = 0;
}

void disarm_disk() {
  armed = Strike::kNone;
}

int disk_calls() {
  return seen;
}

}  // namespace support

#define WELLKEY_VISIBLE __attribute__((visibility("default")))

extern "C" {

WELLKEY_VISIBLE ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  static const auto call =
      support::real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return support::strikes() ? -1 : call(file, data, size, at);
}

WELLKEY_VISIBLE ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  static const auto call = support::real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return support::strikes() ? -1 : call(file, data, size, at);
}

WELLKEY_VISIBLE ssize_t write(int file, const void* data, size_t size) {
  static const auto call = support::real<ssize_t (*)(int, const void*, size_t)>("write");
  // The screen is not the disk.
  return file > STDERR_FILENO && support::strikes() ? -1 : call(file, data, size);
}

WELLKEY_VISIBLE int fsync(int file) {
  static const auto call = support::real<int (*)(int)>("fsync");
  return support::strikes() ? -1 : call(file);
}

WELLKEY_VISIBLE int fdatasync(int file) {
  static const auto call = support::real<int (*)(int)>("fdatasync");
  return support::strikes() ? -1 : call(file);
}

WELLKEY_VISIBLE int rename(const char* from, const char* to) noexcept {
  static const auto call = support::real<int (*)(const char*, const char*)>("rename");
  return support::strikes() ? -1 : call(from, to);
}

}  // extern "C"
