# Finds what Allot is built on. Imported targets are SYSTEM, so that their headers raise no warnings here.

# Boost is used by its headers only. Where another version is in the way of the package, scripts/install_dependencies.sh unpacks
# the headers into build/_deps/boost; Boost_ROOT names any other place.
set(private_boost "${CMAKE_CURRENT_SOURCE_DIR}/build/_deps/boost/usr")
if(NOT DEFINED Boost_ROOT AND EXISTS "${private_boost}/include/boost/version.hpp")
  set(Boost_ROOT "${private_boost}")
endif()
find_package(Boost 1.81 CONFIG REQUIRED)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(TBB 2021.8 CONFIG REQUIRED COMPONENTS tbb)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Clp REQUIRED)

find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp) # the name since 0.8
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

if(ALLOT_WITH_CBC STREQUAL "AUTO")
  find_package(Cbc QUIET)
elseif(ALLOT_WITH_CBC)
  find_package(Cbc REQUIRED)
endif()
if(TARGET Cbc::Cbc)
  message(STATUS "CBC: ${Cbc_VERSION}")
else()
  message(STATUS "CBC: none, the exact solver's MILP backend is left out")
endif()

if(ALLOT_BUILD_TESTS)
  find_package(doctest REQUIRED)
endif()
if(ALLOT_BUILD_BENCH)
  find_package(benchmark QUIET)
endif()
