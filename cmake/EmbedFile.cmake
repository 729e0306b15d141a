# cmake -D FOLDER=configs/catalog -D OUTPUT=builtin_catalog.cpp -P EmbedFile.cmake
# Writes a C++ source that returns the three files of the catalogue as they stand, in raw string literals.
set(source "#include \"io/builtin_catalog.hpp\"\n\nnamespace allot {\n")
foreach(name IN ITEMS hardware models accuracy)
  file(READ "${FOLDER}/${name}.yaml" content)
  string(FIND "${content}" ")allot_yaml\"" terminator)
  if(NOT terminator EQUAL -1)
    message(FATAL_ERROR "${FOLDER}/${name}.yaml contains the terminator of the string literal it is embedded in")
  endif()
  string(APPEND source "\nstd::string_view builtin_${name}_yaml() {\n    return R\"allot_yaml(${content})allot_yaml\";\n}\n")
endforeach()
string(APPEND source "\n}  // namespace allot\n")
file(WRITE "${OUTPUT}" "${source}")
