# One fuzz target a parser of outside bytes: test/fuzz/<name>_fuzz.cpp -> fuzz_<name>.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/fuzz/*_fuzz.cpp)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "_fuzz" "" target ${name})
  add_executable(fuzz_${target} ${source} ${HFT_SOURCES})
  target_link_libraries(fuzz_${target} PRIVATE hft_flags hft_external)
  target_compile_options(fuzz_${target} PRIVATE -g -O1 -fsanitize=fuzzer,address,undefined
    -fno-sanitize-recover=all)
  target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer,address,undefined)
  set_target_properties(fuzz_${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endforeach()
