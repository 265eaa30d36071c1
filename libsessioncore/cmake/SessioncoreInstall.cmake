# cmake --install: the libraries that exist, their public headers, and a package that find_package(sessioncore) finds.
#
# There is an export set for the library (core, json, engine, runtime, testing) and one for each adapter, so that nobody
# needs a package of an adapter that is not asked for. What an adapter links privately of this project goes with it;
# what two of them share has a set of its own.
include(CMakePackageConfigHelpers)
set(SESSIONCORE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/sessioncore)

# The targets of this project that TARGETS link, and they themselves.
function(sessioncore_closure result)
  set(known "")
  set(open ${ARGN})
  while(open)
    list(POP_FRONT open target)
    get_target_property(aliased ${target} ALIASED_TARGET)
    if(aliased)
      set(target ${aliased})
    endif()
    get_target_property(imported ${target} IMPORTED)
    if(imported OR target IN_LIST known)
      continue()
    endif()
    list(APPEND known ${target})
    foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
      get_target_property(links ${target} ${property})
      foreach(link IN LISTS links)
        string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
        if(TARGET "${link}")
          list(APPEND open ${link})
        endif()
      endforeach()
    endforeach()
  endwhile()
  set(${result} ${known} PARENT_SCOPE)
endfunction()

function(sessioncore_install_set set)
  install(TARGETS ${ARGN} EXPORT sessioncore-${set} COMPONENT development
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          OBJECTS DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT sessioncore-${set} NAMESPACE sessioncore:: FILE sessioncore-${set}.cmake
          DESTINATION ${SESSIONCORE_PACKAGE_DIR} COMPONENT development)
endfunction()

set(library core json engine runtime testing)
list(TRANSFORM library PREPEND sessioncore_)
sessioncore_install_set(library ${library})
install(DIRECTORY libsessioncore/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.hpp")

set(shared deps_httplib)
if(TARGET deps_httplib)
  sessioncore_install_set(http ${shared})
endif()
foreach(adapter IN LISTS SESSIONCORE_ADAPTERS)
  sessioncore_closure(closure sessioncore_${adapter})
  list(REMOVE_ITEM closure ${library} ${shared})
  sessioncore_install_set(${adapter} ${closure})
  install(DIRECTORY adapters/${adapter}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
          FILES_MATCHING PATTERN "*.hpp")
endforeach()

# What the installed package must find again, spelled as the build found it.
set(SESSIONCORE_HTTPLIB_BY_PKGCONFIG OFF)
if(TARGET PkgConfig::HTTPLIB)
  set(SESSIONCORE_HTTPLIB_BY_PKGCONFIG ON)
endif()
configure_package_config_file(libsessioncore/cmake/sessioncore-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/sessioncore-config.cmake INSTALL_DESTINATION ${SESSIONCORE_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/sessioncore-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/sessioncore-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/sessioncore-config-version.cmake
        DESTINATION ${SESSIONCORE_PACKAGE_DIR} COMPONENT development)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
if(TARGET sessiond)
  install(TARGETS sessiond RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
endif()
