# The functions every folder of this tree describes itself with.
# SPDX-License-Identifier: BSD-3-Clause
#
#   troupe_layer(<name> SOURCES a.cpp ... HEADERS a.hpp ... [DEPENDS ...] [PRIVATE_DEPENDS ...] [PCH])
#     The static library of one layer: target troupe_<name>, alias troupe::<name> (the layers `http`, `testkit` and
#     `http_testkit` are troupe::<name>_layer, because the plain names are the installed libraries).
#     SOURCES  all sources and private headers, listed one by one; paths relative to the calling folder.
#     HEADERS  the public headers. They are installed under include/troupe/<folder>/, nothing else is.
#     DEPENDS  names of layers (core, caf, ...) or ordinary targets (fmt::fmt). PRIVATE_DEPENDS likewise, for
#              what no public header mentions.
#     PCH      reuses the precompiled CAF headers; for layers most of whose sources include CAF.
#     A layer without sources, only headers, is fine.
#
#   troupe_tests(<name> SOURCES x_test.cpp ... [DEPENDS ...] [LABELS fast|system] [PCH])
#     Program <name>_tests with the shared Catch2 main, and one ctest entry per *_test.cpp file, named by its path
#     below tests/ without `_test.cpp`. Label `fast` unless said otherwise; `system` entries run alone. Every entry
#     finds the programs in the environment variable TROUPE_BIN_DIR and runs in the root of the tree. SOURCES that do
#     not end in _test.cpp are helpers. File names must differ within one program.
#
#   troupe_program(<target> SOURCES ... [DEPENDS ...] [PCH])
#     The program ${CMAKE_BINARY_DIR}/bin/<target>.
#
# The order of add_subdirectory does not matter between layers: a DEPENDS name is looked up at generate time, and a
# misspelt one is an error there.

set(TROUPE_LAYERS
  core concurrency caf supervision registry lifespan inspection application actors testkit
  http_protocol http http_client http_endpoints http_testkit)

define_property(TARGET PROPERTY TROUPE_PUBLIC_HEADERS BRIEF_DOCS "Installed headers, relative to the root of the tree")
define_property(TARGET PROPERTY TROUPE_PUBLIC_TARGETS BRIEF_DOCS "Other projects' targets in a layer's interface")
define_property(TARGET PROPERTY TROUPE_PRIVATE_TARGETS BRIEF_DOCS "Other projects' targets a layer uses inside")

# Turns layer names in `names` into target names; leaves everything else as it is.
function(troupe_resolve out)
  set(targets)
  foreach(name IN LISTS ARGN)
    if(name MATCHES "^(http|testkit|http_testkit)$")
      list(APPEND targets troupe::${name}_layer)
    elseif(name IN_LIST TROUPE_LAYERS)
      list(APPEND targets troupe::${name})
    else()
      list(APPEND targets ${name})
    endif()
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

# What all our targets have in common. Programs are compiled with -fPIC like the layers, not -fPIE: a precompiled
# header is only accepted by sources compiled with the same code model.
function(troupe_prepare target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:troupe_warnings>)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF CXX_COMPILER_LAUNCHER "${troupe_launcher}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Clang does not carry a namespace's visibility over to the definition of a free function, so under it
    # everything stays visible (docs/decisions/0002-visibility-on-namespaces.md).
    set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    target_compile_options(${target} PRIVATE -fPIC)
    target_link_libraries(${target} PRIVATE troupe_settings)
  else()
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(${target} PUBLIC $<BUILD_INTERFACE:troupe_settings>)
  endif()
endfunction()

# The precompiled CAF headers, made once and reused by every target that says PCH.
function(troupe_reuse_pch target)
  if(NOT TARGET troupe_caf_pch)
    add_library(troupe_caf_pch STATIC "${PROJECT_SOURCE_DIR}/cmake/caf_pch.cpp")
    target_link_libraries(troupe_caf_pch PUBLIC CAF::core)
    troupe_prepare(troupe_caf_pch)
    target_precompile_headers(troupe_caf_pch PRIVATE
      <caf/actor_system.hpp> <caf/actor_system_config.hpp> <caf/event_based_actor.hpp> <caf/scoped_actor.hpp>
      <caf/response_promise.hpp> <caf/typed_event_based_actor.hpp>
      <chrono> <cstdint> <functional> <memory> <mutex> <optional> <string> <string_view> <variant> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM troupe_caf_pch)
endfunction()

function(troupe_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PCH" "" "SOURCES;HEADERS;DEPENDS;PRIVATE_DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "troupe_layer(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT name IN_LIST TROUPE_LAYERS)
    message(FATAL_ERROR "troupe_layer(${name}): not a layer; add it to TROUPE_LAYERS in cmake/troupe_functions.cmake")
  endif()
  set(target troupe_${name})
  set(sources ${arg_SOURCES})
  if(NOT sources MATCHES "\\.cpp(;|$)")
    list(APPEND sources "${PROJECT_SOURCE_DIR}/cmake/header_only.cpp")
  endif()
  add_library(${target} STATIC ${sources} ${arg_HEADERS})
  troupe_resolve(alias ${name})
  add_library(${alias} ALIAS ${target})
  troupe_prepare(${target})

  troupe_resolve(public ${arg_DEPENDS})
  troupe_resolve(private ${arg_PRIVATE_DEPENDS})
  target_link_libraries(${target} PUBLIC ${public} PRIVATE ${private})
  if(arg_PCH)
    target_link_libraries(${target} PUBLIC CAF::core)
    troupe_reuse_pch(${target})
  endif()

  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE folder)
  foreach(header IN LISTS arg_HEADERS)
    if(header MATCHES "(^|/)internal/")
      message(FATAL_ERROR "troupe_layer(${name}): ${header} is internal and cannot be a public header")
    endif()
    set_property(TARGET ${target} APPEND PROPERTY TROUPE_PUBLIC_HEADERS "${folder}/${header}")
  endforeach()
  list(FILTER public EXCLUDE REGEX "^troupe::")
  list(FILTER private EXCLUDE REGEX "^troupe::")
  set_property(TARGET ${target} PROPERTY TROUPE_PUBLIC_TARGETS "${public}")
  set_property(TARGET ${target} PROPERTY TROUPE_PRIVATE_TARGETS "${private}")
endfunction()

function(troupe_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PCH" "" "SOURCES;DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "troupe_program(${target}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  add_executable(${target} ${arg_SOURCES})
  troupe_prepare(${target})
  troupe_resolve(depends ${arg_DEPENDS})
  target_link_libraries(${target} PRIVATE ${depends})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  if(arg_PCH)
    target_link_libraries(${target} PRIVATE CAF::core)
    troupe_reuse_pch(${target})
  endif()
endfunction()

function(troupe_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PCH" "" "SOURCES;DEPENDS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "troupe_tests(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS fast)
  endif()
  if(NOT TARGET troupe_catch_main)
    add_library(troupe_catch_main STATIC "${PROJECT_SOURCE_DIR}/cmake/catch_main.cpp")
    target_link_libraries(troupe_catch_main PUBLIC Catch2::Catch2 rapidcheck)
    troupe_prepare(troupe_catch_main)
  endif()

  set(target ${name}_tests)
  add_executable(${target} ${arg_SOURCES})
  troupe_prepare(${target})
  troupe_resolve(depends ${arg_DEPENDS})
  target_link_libraries(${target} PRIVATE ${depends} troupe_catch_main)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(arg_PCH)
    target_link_libraries(${target} PRIVATE CAF::core)
    troupe_reuse_pch(${target})
  endif()

  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/tests" OUTPUT_VARIABLE folder)
  set(environment "TROUPE_BIN_DIR=${CMAKE_BINARY_DIR}/bin")
  if(TROUPE_SANITIZE)
    list(APPEND environment "ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1"
      "UBSAN_OPTIONS=print_stacktrace=1" "TSAN_OPTIONS=halt_on_error=1")
  endif()
  foreach(source IN LISTS arg_SOURCES)
    if(source MATCHES "^(.*)_test\\.cpp$")
      cmake_path(SET entry NORMALIZE "${folder}/${CMAKE_MATCH_1}")
      cmake_path(GET source STEM LAST_ONLY stem)
      # Catch2 tags each test case with the file it is in (-#); no case under the tag is a failure (-w NoTests).
      add_test(NAME ${entry} COMMAND ${target} -\# -w NoTests "[#${stem}]")
      set_tests_properties(${entry} PROPERTIES
        LABELS "${arg_LABELS}" ENVIRONMENT "${environment}" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
      if("system" IN_LIST arg_LABELS)
        set_tests_properties(${entry} PROPERTIES RUN_SERIAL ON TIMEOUT 300)
      else()
        set_tests_properties(${entry} PROPERTIES TIMEOUT 120)
      endif()
    endif()
  endforeach()
endfunction()
