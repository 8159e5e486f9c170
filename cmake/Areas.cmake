# Tests of more than one module, and the tests of the house itself.

# Each tests/<area>/*_test.cc becomes a binary and a test of its own with `label`, so that slow ones run side by side.
# Such tests drive the program from outside (CORDON_BINARY) or several modules at once.
# What they share is compiled once.
function(cordon_area area label)
  if(NOT TARGET cordon_program)
    add_library(cordon_program OBJECT program.cc desk_main.cc)
    cordon_test_places(cordon_program)
    target_link_libraries(cordon_program PRIVATE cordon_desk cordon_flags GTest::gmock)
    target_compile_definitions(cordon_program PUBLIC CORDON_BINARY="$<TARGET_FILE:cordon>")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${area}/*_test.cc)
  set(cost 100)  # the slow ones first, and of them those that wait for disks and processes
  if(label STREQUAL fault)
    set(cost 200)
  endif()
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM program)
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE cordon_program cordon_desk cordon_flags GTest::gmock)
    add_dependencies(${program} cordon)
    string(REGEX REPLACE "_test$" "" subject ${program})
    add_test(NAME ${area}_${subject} COMMAND ${program})
    set_tests_properties(${area}_${subject} PROPERTIES LABELS ${label} COST ${cost})
  endforeach()
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
