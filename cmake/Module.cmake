# cordon_module(<name> [NEEDS <module>...] [OWNS <third-party header or prefix/>...] [USES <third-party target>...])
#
# Builds src/<name>/*.cc as cordon::<name>, its *_test.cc as one test binary, each *_fuzz.cc as a
# fuzz target and each *_bench.cc as a bench; a file in the folder is built and tested without being
# listed. A module may need only modules declared above it, and only the module that OWNS a
# third-party header (or every header below a prefix that ends in "/") may include it.
function(cordon_module name)
  cmake_parse_arguments(PARSE_ARGV 1 M "" "" "NEEDS;OWNS;USES")
  get_property(above GLOBAL PROPERTY CORDON_MODULES)
  foreach(need IN LISTS M_NEEDS)
    if(NOT need IN_LIST above)
      message(FATAL_ERROR "${name} needs ${need}, which is not declared above it in src/CMakeLists.txt")
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY CORDON_MODULES ${name})
  set_property(GLOBAL PROPERTY CORDON_NEEDS_${name} "${M_NEEDS}")
  foreach(header IN LISTS M_OWNS)
    set_property(GLOBAL APPEND PROPERTY CORDON_OWNED "${header}=${name}")
  endforeach()

  file(GLOB all CONFIGURE_DEPENDS ${name}/*.cc)
  set(code ${all})
  list(FILTER code EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$|/main\\.cc$")
  list(TRANSFORM M_NEEDS PREPEND cordon_ OUTPUT_VARIABLE links)
  if(code)
    add_library(cordon_${name} STATIC ${code})
    target_include_directories(cordon_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(cordon_${name} PUBLIC ${links} PRIVATE cordon_flags ${M_USES})
  else()  # only headers
    add_library(cordon_${name} INTERFACE)
    target_include_directories(cordon_${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(cordon_${name} INTERFACE ${links})
  endif()
  add_library(cordon::${name} ALIAS cordon_${name})

  if(BUILD_TESTING)
    cordon_fuzzers(${name} ${all})
    if(NOT CORDON_FUZZ)
      cordon_tests(${name} ${all})
      cordon_benches(${name} ${all})
    endif()
  endif()
endfunction()

# tests/places.cc is the one file that is told where the sources are (not __FILE__, which a compiler cache may shorten).
function(cordon_test_places program)
  target_sources(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests/places.cc)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/places.cc PROPERTIES
                              COMPILE_DEFINITIONS CORDON_SOURCE="${PROJECT_SOURCE_DIR}")
endfunction()

# tests/gtest_main.cc is their main: it lets the binary re-enter itself as a confined worker.
function(cordon_tests module)
  list(FILTER ARGN INCLUDE REGEX "_test\\.cc$")
  if(ARGN)
    add_executable(${module}_test ${ARGN} ${PROJECT_SOURCE_DIR}/tests/gtest_main.cc)
    cordon_test_places(${module}_test)
    target_link_libraries(${module}_test PRIVATE cordon_${module} cordon_flags GTest::gmock)
    add_test(NAME ${module} COMMAND ${module}_test)
    set_tests_properties(${module} PROPERTIES LABELS unit)
  endif()
endfunction()

# Each *_fuzz.cc becomes a program over tests/corpus/<stem>. Under the fuzz preset libFuzzer drives it (target
# `fuzzers` builds them all, and nothing else); every other build replays the corpus as an ordinary test, so
# a fuzz target cannot rot.
function(cordon_fuzzers module)
  list(FILTER ARGN INCLUDE REGEX "_fuzz\\.cc$")
  foreach(source IN LISTS ARGN)
    cmake_path(GET source STEM program)
    string(REGEX REPLACE "_fuzz$" "" subject ${program})
    set(corpus ${PROJECT_SOURCE_DIR}/tests/corpus/${subject})
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE cordon_${module} cordon_flags)
    if(CORDON_FUZZ)
      if(NOT TARGET fuzzers)
        add_custom_target(fuzzers)
      endif()
      add_dependencies(fuzzers ${program})
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
      add_test(NAME ${program} COMMAND ${PROJECT_SOURCE_DIR}/tools/fuzz_once $<TARGET_FILE:${program}> ${corpus})
    else()
      target_sources(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests/replay.cc)
      add_test(NAME ${program} COMMAND ${program} ${corpus})
    endif()
    set_tests_properties(${program} PROPERTIES LABELS fuzz)
  endforeach()
endfunction()

# A *_bench.cc is a plain program: `bench/NAME [--quick] [--json]`.
function(cordon_benches module)
  list(FILTER ARGN INCLUDE REGEX "_bench\\.cc$")
  foreach(source IN LISTS ARGN)
    cmake_path(GET source STEM program)
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE cordon_${module} cordon_flags)
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
  endforeach()
endfunction()

# Each tests/refusals/*.cc states something that must not compile: it compiles as it stands and must
# fail with -DREFUSED, so a typo cannot pass for a refusal.
function(cordon_refusals)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/refusals/*.cc)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    set(compile ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -Werror -I${PROJECT_SOURCE_DIR}/src ${source})
    add_test(NAME allowed_${name} COMMAND ${compile})
    add_test(NAME refused_${name} COMMAND ${compile} -DREFUSED)
    set_tests_properties(refused_${name} PROPERTIES WILL_FAIL TRUE)
    set_tests_properties(allowed_${name} refused_${name} PROPERTIES LABELS charter)
  endforeach()
endfunction()

# Registers the test that compares every #include with the NEEDS and OWNS lists.
function(cordon_check_layers)
  get_property(modules GLOBAL PROPERTY CORDON_MODULES)
  set(map "set(MODULES ${modules})\n")
  foreach(m IN LISTS modules)
    get_property(needs GLOBAL PROPERTY CORDON_NEEDS_${m})
    string(APPEND map "set(NEEDS_${m} ${m} ${needs})\n")
  endforeach()
  get_property(owned GLOBAL PROPERTY CORDON_OWNED)
  file(WRITE ${CMAKE_BINARY_DIR}/layers.cmake "set(OWNED ${owned})\n${map}")
  add_test(NAME layers COMMAND ${CMAKE_COMMAND} -DSRC=${CMAKE_CURRENT_SOURCE_DIR}
           -DLAYERS=${CMAKE_BINARY_DIR}/layers.cmake -P ${PROJECT_SOURCE_DIR}/cmake/CheckLayers.cmake)
  set_tests_properties(layers PROPERTIES LABELS layers)
endfunction()
