# One benchmark program a room: bench/native/<room>_bench.cpp -> bench_<room>. simdjson and the
# standard containers stand beside our code in the same run; nothing of them reaches the product.
find_package(benchmark REQUIRED)
find_library(SIMDJSON_LIBRARY simdjson)
if(SIMDJSON_LIBRARY)
  # On-Demand takes its kernels from the flags of who includes it; it gets AVX2.
  add_library(bench_simdjson STATIC
    ${CMAKE_SOURCE_DIR}/bench/native/simdjson_binance.cpp
    ${CMAKE_SOURCE_DIR}/bench/native/simdjson_venues.cpp)
  target_link_libraries(bench_simdjson PUBLIC hft_flags ${SIMDJSON_LIBRARY})
  target_compile_definitions(bench_simdjson PUBLIC HFT_HAVE_SIMDJSON=1)
  target_compile_options(bench_simdjson PRIVATE -fexceptions -frtti)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(bench_simdjson PRIVATE -mavx2 -mbmi -mbmi2 -mpclmul -mlzcnt -mpopcnt)
  endif()
endif()
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/native/*_bench.cpp)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "_bench" "" room ${name})
  add_executable(bench_${room} ${source})
  target_link_libraries(bench_${room} PRIVATE hft benchmark::benchmark)
  target_compile_options(bench_${room} PRIVATE -fexceptions -frtti)
  if(SIMDJSON_LIBRARY)
    target_link_libraries(bench_${room} PRIVATE bench_simdjson)
  endif()
  set_target_properties(bench_${room} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endforeach()
