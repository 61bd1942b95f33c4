# What every target of ours is compiled with, as interface targets: nothing here is global or reaches a consumer.
# SPDX-License-Identifier: BSD-3-Clause

include(GNUInstallDirs)

find_package(Threads REQUIRED)
find_package(CAF 0.17.6 REQUIRED COMPONENTS core OPTIONAL_COMPONENTS io)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
if(TROUPE_BUILD_TOOLS OR TROUPE_BUILD_EXAMPLES)
  find_package(CLI11 2.1 REQUIRED)
endif()
if(TROUPE_BUILD_TESTS)
  find_package(Catch2 2.13 REQUIRED)
  if(NOT Catch2_VERSION VERSION_LESS 3)
    message(FATAL_ERROR "The tests are written for Catch2 v2, found ${Catch2_VERSION}")
  endif()
  find_package(rapidcheck REQUIRED)
endif()

# troupe_settings: needed by our own sources and by whatever links our static layers inside this tree.
add_library(troupe_settings INTERFACE)
target_compile_features(troupe_settings INTERFACE cxx_std_20)
target_include_directories(troupe_settings INTERFACE "${PROJECT_SOURCE_DIR}")
target_link_libraries(troupe_settings INTERFACE Threads::Threads)
target_compile_definitions(troupe_settings INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(TROUPE_SANITIZE)
  # vptr: CAF's intrusive queues look at their sentinel as if it were an element (caf/intrusive/task_queue.hpp).
  target_compile_options(troupe_settings INTERFACE
    -fsanitize=${TROUPE_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(troupe_settings INTERFACE -fsanitize=${TROUPE_SANITIZE})
endif()
if(TROUPE_COVERAGE)
  target_compile_options(troupe_settings INTERFACE --coverage)
  target_link_options(troupe_settings INTERFACE --coverage)
endif()

# troupe_warnings: linked privately, so a program that embeds Troupe keeps its own warnings.
add_library(troupe_warnings INTERFACE)
target_compile_options(troupe_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-qual -Wold-style-cast -Wextra-semi -Wimplicit-fallthrough -Wundef>
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra>
  $<$<BOOL:${TROUPE_WARNINGS_AS_ERRORS}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlaps and overruns in libstdc++'s own std::string (GCC bugs 105651, 105329).
  target_compile_options(troupe_warnings INTERFACE -Wno-restrict -Wno-array-bounds)
endif()
if(TROUPE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports libstdc++'s own <regex> and <functional> under the sanitizers (GCC bug 105562).
  target_compile_options(troupe_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# ccache, when it is there. Precompiled headers need two checks of ccache relaxed (its manual, "Precompiled headers").
# A launcher other than ccache that the user has chosen is left alone.
find_program(TROUPE_CCACHE ccache)
mark_as_advanced(TROUPE_CCACHE)
set(troupe_launcher "${CMAKE_CXX_COMPILER_LAUNCHER}")
if(TROUPE_CCACHE AND (NOT troupe_launcher OR troupe_launcher MATCHES "(^|/)ccache$"))
  set(troupe_launcher ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_ctime,include_file_mtime ${TROUPE_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(troupe_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(troupe_settings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()
