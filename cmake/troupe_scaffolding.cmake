# Scaffolding: stands in for layers that do not exist yet, so that the others configure.
# SPDX-License-Identifier: BSD-3-Clause

foreach(layer IN LISTS TROUPE_LAYERS)
  if(NOT TARGET troupe_${layer})
    add_library(troupe_${layer} INTERFACE)
    troupe_resolve(alias ${layer})
    add_library(${alias} ALIAS troupe_${layer})
    message(STATUS "layer ${layer}: not there yet")
  endif()
endforeach()
