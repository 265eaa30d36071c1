# A fresh prefix each time: a file that is no longer installed must not be found from a former run.
file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} --component development
                COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
