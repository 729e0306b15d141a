# Puts the built-in catalogue into the program, so that it runs without the source tree.
# allot_embed_catalog(VAR) sets VAR to the generated source, which defines src/io/builtin_catalog.hpp.
function(allot_embed_catalog result)
  set(folder "${PROJECT_SOURCE_DIR}/configs/catalog")
  set(output "${PROJECT_BINARY_DIR}/generated/io/builtin_catalog.cpp")
  set(script "${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -D "FOLDER=${folder}" -D "OUTPUT=${output}" -P "${script}"
    DEPENDS "${script}" "${folder}/hardware.yaml" "${folder}/models.yaml" "${folder}/accuracy.yaml"
    COMMENT "Embedding the catalogue"
    VERBATIM
  )
  set(${result} "${output}" PARENT_SCOPE)
endfunction()
