// The main of every test program: Catch2 takes 15 s to compile, so it is compiled once.
// SPDX-License-Identifier: BSD-3-Clause

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
