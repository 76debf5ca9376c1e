# QuickFIX as the oracle of tests and the baseline of benchmarks, behind a C interface; where the
# library is absent, they go without. After cmake/fix.cmake, which looks for it.
include_guard()
if(QUICKFIX_INCLUDE AND QUICKFIX_LIBRARY)
  add_library(fix_oracle STATIC ${CMAKE_SOURCE_DIR}/test/native/fix/oracle/quickfix_oracle.cpp
    ${CMAKE_SOURCE_DIR}/bench/native/quickfix_pair.cpp)
  if(EXISTS ${QUICKFIX_INCLUDE}/quickfix/Except.h)
    set_target_properties(fix_oracle PROPERTIES CXX_STANDARD 17 CXX_EXTENSIONS ON)
  else()
    set_target_properties(fix_oracle PROPERTIES CXX_STANDARD 14 CXX_EXTENSIONS ON)
    target_compile_definitions(fix_oracle PRIVATE HAVE_STD_SHARED_PTR HAVE_STD_UNIQUE_PTR)
  endif()
  target_include_directories(fix_oracle PRIVATE ${CMAKE_SOURCE_DIR})
  target_include_directories(fix_oracle SYSTEM PRIVATE ${QUICKFIX_INCLUDE})
  target_compile_options(fix_oracle PRIVATE -fexceptions -frtti -Wno-deprecated)
  target_compile_definitions(fix_oracle INTERFACE HFT_HAVE_QUICKFIX=1)
  target_link_libraries(fix_oracle PUBLIC ${QUICKFIX_LIBRARY})
  # A counterparty of the venue's tests, with nothing of ours in it.
  if(HFT_TESTS)
    add_executable(quickfix_client ${CMAKE_SOURCE_DIR}/test/native/fix/oracle/quickfix_client.cpp)
    get_target_property(fix_oracle_standard fix_oracle CXX_STANDARD)
    set_target_properties(quickfix_client PROPERTIES CXX_STANDARD ${fix_oracle_standard}
      CXX_EXTENSIONS ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
    target_include_directories(quickfix_client SYSTEM PRIVATE ${QUICKFIX_INCLUDE})
    target_compile_options(quickfix_client PRIVATE -fexceptions -frtti -Wno-deprecated)
    target_link_libraries(quickfix_client PRIVATE ${QUICKFIX_LIBRARY})
  endif()
endif()
