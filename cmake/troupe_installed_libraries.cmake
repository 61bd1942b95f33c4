# What is installed, made from the objects of the layers: libtroupe and libtroupe-http, and the testkits, which are
# static and link those two.
# SPDX-License-Identifier: BSD-3-Clause
#
# Programs of this tree link the static layers; programs outside link these and never both. See
# docs/decisions/0001-static-layers-two-shared-libraries.md.

# troupe_installed_library(<target> SHARED|STATIC NAME <output> EXPORT <name> LAYERS ... [DEPENDS <installed>...])
# Headers, and the targets of other projects in the interface, are those of the layers.
function(troupe_installed_library target kind)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "NAME;EXPORT" "LAYERS;DEPENDS")
  set(layers)
  set(objects)
  set(headers)
  set(public CAF::core Threads::Threads)
  set(private)
  foreach(layer IN LISTS arg_LAYERS)
    list(APPEND objects $<TARGET_OBJECTS:troupe_${layer}>)
    get_property(value TARGET troupe_${layer} PROPERTY TROUPE_PUBLIC_HEADERS)
    list(APPEND headers ${value})
    get_property(value TARGET troupe_${layer} PROPERTY TROUPE_PUBLIC_TARGETS)
    list(APPEND public ${value})
    get_property(value TARGET troupe_${layer} PROPERTY TROUPE_PRIVATE_TARGETS)
    list(APPEND private ${value})
  endforeach()
  list(REMOVE_DUPLICATES public)
  list(REMOVE_DUPLICATES private)

  add_library(${target} ${kind} ${objects})
  add_library(troupe::${arg_EXPORT} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${arg_NAME}
    EXPORT_NAME ${arg_EXPORT}
    LINKER_LANGUAGE CXX
    TROUPE_PUBLIC_HEADERS "${headers}"
    TROUPE_PUBLIC_TARGETS "${public}")
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/troupe>)
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} ${public} PRIVATE $<BUILD_INTERFACE:troupe_settings>)
  foreach(library IN LISTS private)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
  endforeach()
  if(kind STREQUAL "STATIC")
    return()
  endif()
  set_target_properties(${target} PROPERTIES
    # The two libraries find each other in any prefix; distributions switch this off (CMAKE_SKIP_INSTALL_RPATH).
    INSTALL_RPATH "$ORIGIN"
    VERSION ${PROJECT_VERSION}
    # Before 1.0 every minor version may change the ABI.
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(NOT TROUPE_SANITIZE)
    # A symbol that a layer forgot to make visible is found here instead of at a user's first link. Sanitizers
    # leave their own symbols to the program.
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
  endif()
endfunction()

troupe_installed_library(troupe_shared SHARED NAME troupe EXPORT troupe
  LAYERS core concurrency caf supervision registry lifespan inspection application actors)
troupe_installed_library(troupe_http_shared SHARED NAME troupe-http EXPORT http
  LAYERS http_protocol http http_client http_endpoints
  DEPENDS troupe_shared)
troupe_installed_library(troupe_testkit_static STATIC NAME troupe-testkit EXPORT testkit
  LAYERS testkit
  DEPENDS troupe_shared)
troupe_installed_library(troupe_http_testkit_static STATIC NAME troupe-http-testkit EXPORT http_testkit
  LAYERS http_testkit
  DEPENDS troupe_http_shared troupe_testkit_static)
