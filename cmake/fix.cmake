# The session brain of FIX: QuickFIX behind a C interface, a module that is loaded on first use.
# Its headers compile up to C++14 before 1.16 (dynamic exception specifications), with
# quickfix/Except.h as C++17. Without the library nothing is built here and everything else works.
find_path(QUICKFIX_INCLUDE quickfix/Session.h)
find_library(QUICKFIX_LIBRARY quickfix)
if(QUICKFIX_INCLUDE AND QUICKFIX_LIBRARY)
  file(GLOB fix_quickfix_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/native/fix/quickfix/*.cpp)
  add_library(fix_quickfix MODULE ${fix_quickfix_sources})
  if(EXISTS ${QUICKFIX_INCLUDE}/quickfix/Except.h)
    set_target_properties(fix_quickfix PROPERTIES CXX_STANDARD 17 CXX_EXTENSIONS ON)
  else()
    set_target_properties(fix_quickfix PROPERTIES CXX_STANDARD 14 CXX_EXTENSIONS ON)
  endif()
  set_target_properties(fix_quickfix PROPERTIES
    PREFIX "" OUTPUT_NAME hft_quickfix SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/out/native)
  target_include_directories(fix_quickfix PRIVATE ${CMAKE_SOURCE_DIR})
  target_include_directories(fix_quickfix SYSTEM PRIVATE ${QUICKFIX_INCLUDE})
  target_compile_options(fix_quickfix PRIVATE -fexceptions -frtti -fvisibility=hidden
    -Wall -Wextra -Werror -Wno-deprecated -Wno-deprecated-declarations)
  target_link_libraries(fix_quickfix PRIVATE ${QUICKFIX_LIBRARY})
endif()
