# Configures the tree with what one may leave out, and as a part of another project. SOURCE, BUILD, COMPILER, GENERATOR.
file(REMOVE_RECURSE ${BUILD})

function(configure name source)
  message(STATUS "${name}")
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${source} -B ${BUILD}/${name} -G ${GENERATOR}
                          -D CMAKE_CXX_COMPILER=${COMPILER} ${ARGN}
                  COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

configure(no_adapter ${SOURCE} -D SESSIONCORE_ADAPTERS=)
configure(sqlite_alone ${SOURCE} -D SESSIONCORE_ADAPTERS=sqlite -D CMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
          -D CMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
configure(server_alone ${SOURCE} -D SESSIONCORE_BUILD_TESTS=OFF -D CMAKE_DISABLE_FIND_PACKAGE_doctest=ON)
configure(subproject ${SOURCE}/tests/install/subproject -D SESSIONCORE=${SOURCE})

file(READ ${BUILD}/subproject/sessioncore/cmake_install.cmake installs)
if(installs MATCHES "sessioncore-config")
  message(FATAL_ERROR "as a part of another project it installs itself")
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD}/refused -G ${GENERATOR}
                        -D CMAKE_CXX_COMPILER=${COMPILER} -D SESSIONCORE_ADAPTERS=telex
                RESULT_VARIABLE result ERROR_VARIABLE said OUTPUT_QUIET)
if(result EQUAL 0 OR NOT said MATCHES "no adapter 'telex'")
  message(FATAL_ERROR "an adapter that does not exist was not refused: ${said}")
endif()
