# What there is to choose (README.md lists it). As a part of another project it builds the libraries alone.
set(all_adapters sqlite unipile elevenlabs)
set(SESSIONCORE_ADAPTERS ${all_adapters} CACHE STRING "Adapters to build, a list of: ${all_adapters}; may be empty")
foreach(adapter IN LISTS SESSIONCORE_ADAPTERS)
  if(NOT adapter IN_LIST all_adapters)
    message(FATAL_ERROR "SESSIONCORE_ADAPTERS: there is no adapter '${adapter}'; there are: ${all_adapters}")
  endif()
endforeach()

set(missing_adapters ${all_adapters})
list(REMOVE_ITEM missing_adapters ${SESSIONCORE_ADAPTERS})
set(server_by_default ${PROJECT_IS_TOP_LEVEL})
if(missing_adapters)
  set(server_by_default OFF)
endif()
option(SESSIONCORE_BUILD_SERVER "Build sessiond, which needs every adapter" ${server_by_default})
if(SESSIONCORE_BUILD_SERVER AND missing_adapters)
  message(FATAL_ERROR "SESSIONCORE_BUILD_SERVER: sessiond needs every adapter, and SESSIONCORE_ADAPTERS lacks: "
                      "${missing_adapters}. Set SESSIONCORE_BUILD_SERVER=OFF, or use a new build folder")
endif()

option(SESSIONCORE_BUILD_TESTS "Build the tests, and the examples and stand-ins that they run" ${PROJECT_IS_TOP_LEVEL})
option(SESSIONCORE_INSTALL "cmake --install installs the libraries, and the server if it is built"
       ${PROJECT_IS_TOP_LEVEL})
option(SESSIONCORE_DEVELOPER_MODE "Warnings are errors, and ccache is used where there is one" OFF)
