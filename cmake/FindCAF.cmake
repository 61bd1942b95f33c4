# Finds the C++ Actor Framework of Debian, which ships neither a CMake package nor a pkg-config file.
# SPDX-License-Identifier: BSD-3-Clause
#
#   find_package(CAF 0.17.6 REQUIRED [COMPONENTS core] [OPTIONAL_COMPONENTS io])
#
# Defines the imported targets CAF::core and, when found, CAF::io, and the variables CAF_FOUND and CAF_VERSION.
# Look elsewhere with CAF_ROOT (a prefix). The module is installed beside troupeConfig.cmake.

include(FindPackageHandleStandardArgs)

if(NOT CAF_FIND_COMPONENTS)
  set(CAF_FIND_COMPONENTS core)
endif()

find_path(CAF_INCLUDE_DIR NAMES caf/config.hpp)
mark_as_advanced(CAF_INCLUDE_DIR)

# CAF states its version as one number: 1706 is 0.17.6.
set(CAF_VERSION)
if(CAF_INCLUDE_DIR)
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _caf_line REGEX "^#define CAF_VERSION ")
  string(REGEX MATCH "[0-9]+$" _caf_number "${_caf_line}")
  if(_caf_number)
    math(EXPR _caf_major "${_caf_number} / 10000")
    math(EXPR _caf_minor "(${_caf_number} / 100) % 100")
    math(EXPR _caf_patch "${_caf_number} % 100")
    set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
  endif()
endif()

find_package(Threads QUIET)

foreach(_caf_component IN LISTS CAF_FIND_COMPONENTS)
  string(TOUPPER ${_caf_component} _caf_upper)
  find_library(CAF_${_caf_upper}_LIBRARY NAMES caf_${_caf_component})
  mark_as_advanced(CAF_${_caf_upper}_LIBRARY)
  if(CAF_INCLUDE_DIR AND CAF_${_caf_upper}_LIBRARY)
    set(CAF_${_caf_component}_FOUND TRUE)
  endif()
endforeach()

find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_INCLUDE_DIR CAF_CORE_LIBRARY
  VERSION_VAR CAF_VERSION
  HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE "on Debian: apt-get install libcaf-dev")

if(CAF_FOUND)
  foreach(_caf_component IN LISTS CAF_FIND_COMPONENTS)
    string(TOUPPER ${_caf_component} _caf_upper)
    if(CAF_${_caf_component}_FOUND AND NOT TARGET CAF::${_caf_component})
      add_library(CAF::${_caf_component} UNKNOWN IMPORTED)
      set_target_properties(CAF::${_caf_component} PROPERTIES
        IMPORTED_LOCATION "${CAF_${_caf_upper}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
      if(_caf_component STREQUAL "core")
        set_property(TARGET CAF::core PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
      else()
        set_property(TARGET CAF::${_caf_component} PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
      endif()
    endif()
  endforeach()
endif()
