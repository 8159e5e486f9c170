# Tests of more than one module, and the tests of the house itself.

# tests/<area>/*_test.cc becomes one binary `<area>_test` with `label`. Such tests drive the program from
# outside (CORDON_BINARY) or several modules at once.
function(cordon_area area label)
  file(GLOB sources CONFIGURE_DEPENDS ${area}/*_test.cc)
  if(sources)
    add_executable(${area}_test ${sources} program.cc gtest_main.cc)
    target_link_libraries(${area}_test PRIVATE cordon_desk cordon_flags GTest::gmock)
    target_compile_definitions(${area}_test PRIVATE CORDON_BINARY="$<TARGET_FILE:cordon>"
                               CORDON_SOURCE="${PROJECT_SOURCE_DIR}")
    add_dependencies(${area}_test cordon)
    add_test(NAME tests_${area} COMMAND ${area}_test)
    set_tests_properties(tests_${area} PROPERTIES LABELS ${label})
  endif()
endfunction()

# tests/layers/<tree> must make cmake/CheckLayers.cmake say `says`, so that the check cannot go blind.
function(cordon_layers_twin tree says)
  add_test(NAME layers_${tree} COMMAND ${CMAKE_COMMAND} -DSRC=${CMAKE_CURRENT_SOURCE_DIR}/layers/${tree}
           -DLAYERS=${CMAKE_CURRENT_SOURCE_DIR}/layers/layers.cmake -P ${PROJECT_SOURCE_DIR}/cmake/CheckLayers.cmake)
  set_tests_properties(layers_${tree} PROPERTIES LABELS layers)
  if(says)
    set_tests_properties(layers_${tree} PROPERTIES PASS_REGULAR_EXPRESSION "${says}.*1 include.s. against")
  endif()
endfunction()
