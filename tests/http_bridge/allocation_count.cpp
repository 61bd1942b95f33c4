// Replaces `operator new` of the test program by one that counts.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/http_bridge/allocation_count.hpp"

#include <cstdlib>
#include <new>

namespace {

std::size_t count = 0;

} // namespace

namespace troupe::http {

std::size_t allocation_count() noexcept {
  return count;
}

} // namespace troupe::http

// malloc keeps AddressSanitizer informed. Both forms of new have to be here: they share the forms
// of delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  return std::malloc(size == 0 ? 1 : size);
}

void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow))
    return memory;
  throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
