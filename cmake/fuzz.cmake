# One fuzz target a parser of outside bytes: test/fuzz/<name>_fuzz.cpp -> fuzz_<name>. The core is
# compiled once for all of them, with coverage and sanitizers but without libFuzzer's main.
set(HFT_FUZZ_SANITIZERS address,undefined)
add_library(hft_fuzzed STATIC ${HFT_SOURCES})
target_link_libraries(hft_fuzzed PUBLIC hft_flags hft_external)
target_compile_options(hft_fuzzed PUBLIC -g -O1
  -fsanitize=fuzzer-no-link,${HFT_FUZZ_SANITIZERS} -fno-sanitize-recover=all)
add_custom_target(fuzz_targets)
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/fuzz/*_fuzz.cpp)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "_fuzz" "" target ${name})
  add_executable(fuzz_${target} ${source})
  target_link_libraries(fuzz_${target} PRIVATE hft_fuzzed)
  target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer,${HFT_FUZZ_SANITIZERS})
  set_target_properties(fuzz_${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzz_targets fuzz_${target})
endforeach()
