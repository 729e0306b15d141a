# cmake -D PROGRAM=allot_tests -D OUTPUT=tests.cmake -D FOLDER=where/they/run -P ListTests.cmake
# Writes one CTest test for every doctest test case of PROGRAM. The script that comes with doctest does the same, but not for
# names that contain a semicolon or a bracket.
execute_process(
  COMMAND "${PROGRAM}" --list-test-cases --no-intro OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY
)

set(tests "")
while(NOT output STREQUAL "")
  string(FIND "${output}" "\n" end)
  string(SUBSTRING "${output}" 0 ${end} name)
  math(EXPR next "${end} + 1")
  string(SUBSTRING "${output}" ${next} -1 output)
  if(name STREQUAL "" OR name MATCHES "^(\\[doctest\\]|====)")
    continue()
  endif()
  # In a filter a comma separates names and a backslash escapes it.
  string(REPLACE "\\" "\\\\" filter "${name}")
  string(REPLACE "," "\\," filter "${filter}")
  # A test that passed without the data it is for (tests/support/shared_data.hpp) is not counted among those that passed.
  # doctest succeeds when the filter fits no test case: that is a failure here.
  string(APPEND tests "add_test([==[${name}]==] [==[${PROGRAM}]==] [==[--test-case=${filter}]==])\n"
         "set_tests_properties([==[${name}]==] PROPERTIES TIMEOUT 600 WORKING_DIRECTORY [==[${FOLDER}]==] "
         "FAIL_REGULAR_EXPRESSION [==[test cases: +0 ]==] "
         "SKIP_REGULAR_EXPRESSION [==[skipped: no .*Status: SUCCESS!]==])\n"
  )
endwhile()
file(WRITE "${OUTPUT}" "${tests}")
