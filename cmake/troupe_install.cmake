# Install rules: libraries, public headers, the CMake package, pkg-config files, the command-line tool.
# SPDX-License-Identifier: BSD-3-Clause
#
# Components: runtime (libraries), dev (headers, testkits, CMake package, pkg-config), tools (the program `troupe`).

include(CMakePackageConfigHelpers)

set(troupe_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/troupe")
set(troupe_libraries troupe_shared troupe_http_shared troupe_testkit_static troupe_http_testkit_static)

# Other projects' targets that may stand in a public interface, and the find_dependency that brings each.
set(troupe_dependency_CAF::core "CAF 0.17.6")
set(troupe_dependency_Threads::Threads "Threads")
set(troupe_dependency_fmt::fmt "fmt 9")
set(troupe_dependencies)
set(troupe_pc_requires)
foreach(library IN LISTS troupe_libraries)
  get_target_property(targets ${library} TROUPE_PUBLIC_TARGETS)
  foreach(target IN LISTS targets)
    if(NOT DEFINED troupe_dependency_${target})
      message(FATAL_ERROR "${target} is in the public interface of ${library}: make it a PRIVATE_DEPENDS of its "
        "layer, or name its package in cmake/troupe_install.cmake")
    endif()
    list(APPEND troupe_dependencies "find_dependency(${troupe_dependency_${target}})")
    if(target STREQUAL "fmt::fmt")
      set(troupe_pc_requires "fmt >= 9")
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES troupe_dependencies)
list(JOIN troupe_dependencies "\n" troupe_dependencies)

install(TARGETS ${troupe_libraries} EXPORT troupeTargets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT dev
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev)

set(troupe_public_headers)
foreach(library IN LISTS troupe_libraries)
  get_target_property(headers ${library} TROUPE_PUBLIC_HEADERS)
  foreach(header IN LISTS headers)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES "${PROJECT_SOURCE_DIR}/${header}"
      DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/troupe/${folder}" COMPONENT dev)
    list(APPEND troupe_public_headers ${header})
  endforeach()
endforeach()
# tools/dev/check_headers reads this list.
list(JOIN troupe_public_headers "\n" troupe_public_headers)
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/public_headers.txt" CONTENT "@troupe_public_headers@\n" @ONLY)

# -- CMake package -----------------------------------------------------------------------------------------------

install(EXPORT troupeTargets NAMESPACE troupe:: DESTINATION "${troupe_package_dir}" COMPONENT dev)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/troupeConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/troupeConfig.cmake" INSTALL_DESTINATION "${troupe_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/troupeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/troupeConfig.cmake" "${PROJECT_BINARY_DIR}/troupeConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  DESTINATION "${troupe_package_dir}" COMPONENT dev)

# -- pkg-config --------------------------------------------------------------------------------------------------

# A relative prefix, so that the tree may be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE troupe_pc_prefix)
foreach(name IN ITEMS troupe troupe-http)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
endforeach()
