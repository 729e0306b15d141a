# With ALLOT_UNITE_FOLDERS the sources of a folder are compiled as one: the headers, which are most of the work, are read once. Names
# have to be unique within a folder then; a new file changes nothing for other folders. Without it every source has to include
# what it needs.
# allot_unite_folders(TARGET)
function(allot_unite_folders target)
  if(NOT ALLOT_UNITE_FOLDERS)
    return()
  endif()
  set_target_properties(
    ${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP UNITY_BUILD_CODE_BEFORE_INCLUDE
                         "// NOLINTNEXTLINE(bugprone-suspicious-include)"
  )
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}")
  endforeach()
endfunction()
