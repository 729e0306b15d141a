# allot_private: what every own target is compiled and linked with, and no user of the library sees.
add_library(allot_private INTERFACE)
target_include_directories(allot_private INTERFACE src "${PROJECT_BINARY_DIR}/generated")
target_link_libraries(
  allot_private INTERFACE Boost::headers TBB::tbb Threads::Threads fmt::fmt yaml-cpp::yaml-cpp Clp::Clp
)
if(TARGET Cbc::Cbc)
  target_link_libraries(allot_private INTERFACE Cbc::Cbc)
endif()

# No fused multiply-add: a compiler that contracts a*b+c (GCC does by default wherever the target has FMA, Clang does not) rounds
# differently from one that does not, and equal input and seed must give equal bytes on every compiler and processor. For the
# same reason there is no -ffast-math and no -march=native.
target_compile_options(
  allot_private INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -ffp-contract=off
                          $<$<CONFIG:Release>:-O3>
)
# GCC 12 sees overlapping copies in `"literal" + std::string` where there are none (its bug 105651, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(allot_private INTERFACE -Wno-restrict)
endif()
# GCC's -Wconversion leaves changes of sign alone, and so do we: indices are int.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(allot_private INTERFACE -Wno-sign-conversion)
endif()
# In debug builds an index out of bounds ends the program instead of reading on.
target_compile_definitions(allot_private INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(ALLOT_SANITIZE)
  target_compile_options(
    allot_private INTERFACE -fsanitize=${ALLOT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1
  )
  target_compile_definitions(allot_private INTERFACE ALLOT_IS_SANITIZED=1)
  target_link_options(allot_private INTERFACE -fsanitize=${ALLOT_SANITIZE})
  # The packaged oneTBB is not instrumented and gives false alarms under the thread sanitizer: parallel.cpp uses std::jthread then.
  if(ALLOT_SANITIZE STREQUAL "thread")
    target_compile_definitions(allot_private INTERFACE ALLOT_TSAN=1)
  endif()
endif()

include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=mold ALLOT_HAS_MOLD)
if(ALLOT_HAS_MOLD)
  target_link_options(allot_private INTERFACE -fuse-ld=mold)
endif()
