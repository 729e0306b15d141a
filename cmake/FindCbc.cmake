# CBC, the MILP solver of COIN-OR, through its C interface. It ships no CMake configuration. Defines Cbc::Cbc.
find_package(PkgConfig QUIET)
pkg_check_modules(PC_Cbc QUIET cbc)

find_path(Cbc_INCLUDE_DIR Cbc_C_Interface.h HINTS ${PC_Cbc_INCLUDE_DIRS} PATH_SUFFIXES coin coin-or)
find_library(CbcSolver_LIBRARY CbcSolver HINTS ${PC_Cbc_LIBRARY_DIRS})
set(Cbc_VERSION "${PC_Cbc_VERSION}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Cbc REQUIRED_VARS CbcSolver_LIBRARY Cbc_INCLUDE_DIR VERSION_VAR Cbc_VERSION
)

if(Cbc_FOUND AND NOT TARGET Cbc::Cbc)
  add_library(Cbc::Cbc UNKNOWN IMPORTED)
  set_target_properties(
    Cbc::Cbc PROPERTIES IMPORTED_LOCATION "${CbcSolver_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Cbc_INCLUDE_DIR}"
                        INTERFACE_COMPILE_DEFINITIONS ALLOT_HAS_CBC=1
  )
endif()
mark_as_advanced(Cbc_INCLUDE_DIR CbcSolver_LIBRARY)
