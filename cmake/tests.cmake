# One test program a room: test/native/<room>/*_test.cpp -> test_<room>.
find_package(GTest REQUIRED)
enable_testing()
include(cmake/fix-oracle.cmake)
add_custom_target(native_tests)
file(GLOB rooms RELATIVE ${CMAKE_SOURCE_DIR}/test/native CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/test/native/*)
foreach(room ${rooms})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/test/native/${room}/*_test.cpp)
  if(sources)
    add_executable(test_${room} ${sources})
    target_link_libraries(test_${room} PRIVATE hft GTest::gtest GTest::gtest_main)
    # GoogleTest is compiled with exceptions and RTTI.
    target_compile_options(test_${room} PRIVATE -fexceptions -frtti)
    # GCC 12 sees overlaps in `"text" + std::string` that are not there (its bug 105651).
    target_compile_options(test_${room} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
    set_target_properties(test_${room} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
    if(room STREQUAL fix AND TARGET fix_oracle)
      target_link_libraries(test_fix PRIVATE fix_oracle)
    endif()
    add_dependencies(native_tests test_${room})
    add_test(NAME ${room} COMMAND test_${room})
  endif()
endforeach()
