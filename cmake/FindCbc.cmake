# CBC, the MILP solver of COIN-OR, through its C++ interface. It ships no CMake configuration. Defines Cbc::Cbc.
find_package(PkgConfig QUIET)
pkg_check_modules(PC_Cbc QUIET cbc)

find_path(Cbc_INCLUDE_DIR CbcSolver.hpp HINTS ${PC_Cbc_INCLUDE_DIRS} PATH_SUFFIXES coin coin-or)
set(cbc_libraries)
foreach(name IN ITEMS CbcSolver Cbc Cgl OsiClp Osi Clp CoinUtils)
  find_library(Cbc_${name}_LIBRARY ${name} HINTS ${PC_Cbc_LIBRARY_DIRS})
  mark_as_advanced(Cbc_${name}_LIBRARY)
  list(APPEND cbc_libraries Cbc_${name}_LIBRARY)
endforeach()
set(Cbc_VERSION "${PC_Cbc_VERSION}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cbc REQUIRED_VARS ${cbc_libraries} Cbc_INCLUDE_DIR VERSION_VAR Cbc_VERSION)

if(Cbc_FOUND AND NOT TARGET Cbc::Cbc)
  add_library(Cbc::Cbc UNKNOWN IMPORTED)
  list(POP_FRONT cbc_libraries)
  set(cbc_links)
  foreach(variable IN LISTS cbc_libraries)
    list(APPEND cbc_links "${${variable}}")
  endforeach()
  set_target_properties(
    Cbc::Cbc PROPERTIES IMPORTED_LOCATION "${Cbc_CbcSolver_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Cbc_INCLUDE_DIR}"
                        INTERFACE_LINK_LIBRARIES "${cbc_links}" INTERFACE_COMPILE_DEFINITIONS ALLOT_HAS_CBC=1
  )
endif()
mark_as_advanced(Cbc_INCLUDE_DIR)
