# The Node-API addon: out/native/hft.node, one file for Node 20, 22 and 24.
file(GLOB_RECURSE addon_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bindings/*.cpp)
add_library(addon MODULE ${addon_sources})
set_target_properties(addon PROPERTIES
  PREFIX "" OUTPUT_NAME hft SUFFIX ".node"
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/out/native)
target_compile_definitions(addon PRIVATE NAPI_VERSION=9)
target_include_directories(addon SYSTEM PRIVATE
  ${CMAKE_SOURCE_DIR}/node_modules/node-api-headers/include
  ${CMAKE_SOURCE_DIR}/node_modules/node-addon-api)
target_link_libraries(addon PRIVATE hft)
if(TARGET fix_quickfix)
  add_dependencies(addon fix_quickfix)
endif()
