# Third-party packages behind names of our own, so that one file knows how each system spells them.
# Headers of these packages stay out of our public headers.

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.10 CONFIG REQUIRED)
add_library(deps_json INTERFACE)
target_link_libraries(deps_json INTERFACE nlohmann_json::nlohmann_json)

if(SESSIONCORE_ADAPTERS)
  find_package(PkgConfig REQUIRED)
endif()

if(sqlite IN_LIST SESSIONCORE_ADAPTERS)
  find_package(SQLiteCpp 3.2 CONFIG REQUIRED)
  add_library(deps_sqlitecpp INTERFACE)
  target_link_libraries(deps_sqlitecpp INTERFACE SQLiteCpp)

  pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
  add_library(deps_utf8proc INTERFACE)
  target_link_libraries(deps_utf8proc INTERFACE PkgConfig::UTF8PROC)
endif()

if(unipile IN_LIST SESSIONCORE_ADAPTERS OR elevenlabs IN_LIST SESSIONCORE_ADAPTERS)
  find_package(OpenSSL REQUIRED)

  # cpp-httplib: header-only with a config file in most places, a compiled library with pkg-config in Debian.
  add_library(deps_httplib INTERFACE)
  find_package(httplib CONFIG QUIET)
  if(TARGET httplib::httplib)
    target_link_libraries(deps_httplib INTERFACE httplib::httplib)
    # select(), its default, knows no descriptor above 1,024. Debian builds it like this, too.
    target_compile_definitions(deps_httplib INTERFACE CPPHTTPLIB_USE_POLL)
  else()
    pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
    target_link_libraries(deps_httplib INTERFACE PkgConfig::HTTPLIB OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  endif()
endif()

if(elevenlabs IN_LIST SESSIONCORE_ADAPTERS)
  # websocketpp 0.8.2 does not compile as C++20 under g++ 12: compile what includes it as C++17 (sessioncore_cxx17).
  find_package(websocketpp CONFIG QUIET)
  find_package(Boost 1.66 CONFIG REQUIRED)
  find_path(WEBSOCKETPP_INCLUDE_DIRS websocketpp/version.hpp HINTS ${WEBSOCKETPP_INCLUDE_DIR} REQUIRED)
  add_library(deps_websocketpp INTERFACE)
  target_include_directories(deps_websocketpp SYSTEM INTERFACE ${WEBSOCKETPP_INCLUDE_DIRS})
  target_link_libraries(deps_websocketpp INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
endif()

if(SESSIONCORE_BUILD_SERVER)
  # Its HTTP server builds on parts of the library that other versions of it have changed.
  set(httplib_version ${HTTPLIB_VERSION}${httplib_VERSION})
  if(httplib_version VERSION_LESS 0.11 OR httplib_version VERSION_GREATER_EQUAL 0.18)
    message(FATAL_ERROR "sessiond needs cpp-httplib from 0.11 on and before 0.18; this is ${httplib_version}. "
                        "The libraries do without: SESSIONCORE_BUILD_SERVER=OFF")
  endif()
  find_package(spdlog CONFIG REQUIRED)
  pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
  find_package(cpp-jwt CONFIG REQUIRED)
  find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
endif()

if(SESSIONCORE_BUILD_SERVER OR SESSIONCORE_BUILD_TESTS)
  find_package(CLI11 CONFIG REQUIRED)
endif()

if(SESSIONCORE_BUILD_TESTS)
  find_package(doctest CONFIG REQUIRED)
  include(doctest)
endif()

# sessioncore_cxx17(TARGET) compiles one target as C++17; its header must be clean C++17 and it must link no
# target that requires C++20.
function(sessioncore_cxx17 target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON)
endfunction()
