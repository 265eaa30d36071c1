# How every target of this project is compiled, in one place.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(GNUInstallDirs)

find_program(SESSIONCORE_CCACHE ccache)
if(SESSIONCORE_CCACHE AND SESSIONCORE_DEVELOPER_MODE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout, so that another checkout of the same sources finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${SESSIONCORE_CCACHE})
endif()

# Warnings are errors for developers only: a consumer's newer compiler must not break on a new warning.
add_library(sessioncore_warnings INTERFACE)
if(SESSIONCORE_DEVELOPER_MODE)
  target_compile_options(sessioncore_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wswitch -Werror
    # g++ 12 with -O2: false -Wrestrict for "text" + std::to_string(n), false -Wmaybe-uninitialized for moved variants.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
endif()

# sessioncore_add_library(NAME SOURCES... ) makes sessioncore_NAME and its alias sessioncore::NAME, C++20.
function(sessioncore_add_library name)
  add_library(sessioncore_${name} ${ARGN})
  add_library(sessioncore::${name} ALIAS sessioncore_${name})
  target_compile_features(sessioncore_${name} PUBLIC cxx_std_20)
  target_link_libraries(sessioncore_${name} PRIVATE $<BUILD_INTERFACE:sessioncore_warnings>)
  set_target_properties(sessioncore_${name} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME sessioncore_${name}
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endfunction()
