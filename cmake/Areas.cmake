# Tests of more than one module, and the tests of the house itself.

# The tests/<area>/*_test.cc, or those named, are one program, tests_<area>, and each of them a test of its own with
# `label`, so that slow ones run side by side: the program takes the file whose tests it is to run. Such tests drive the
# program from outside (CORDON_BINARY) or several modules at once. What they share is compiled once.
function(cordon_area area label)
  if(NOT TARGET cordon_program)
    add_library(cordon_program OBJECT program.cc desk_main.cc)
    cordon_test_places(cordon_program)
    target_link_libraries(cordon_program PRIVATE cordon_desk cordon_flags GTest::gmock)
    target_compile_definitions(cordon_program PUBLIC CORDON_BINARY="$<TARGET_FILE:cordon>")
  endif()
  set(cost 100)  # the slow ones first, and of them those that wait for disks and processes
  if(label STREQUAL fault)
    set(cost 200)
  endif()
  add_executable(tests_${area} ${ARGN})
  target_link_libraries(tests_${area} PRIVATE cordon_program cordon_desk cordon_flags GTest::gmock)
  # They are long, and half of the time of one goes into headers and templates that the next one needs as well.
  set_target_properties(tests_${area} PROPERTIES UNITY_BUILD_BATCH_SIZE 4)
  add_dependencies(tests_${area} cordon)
  list(FILTER ARGN INCLUDE REGEX "_test\\.cc$")
  foreach(source IN LISTS ARGN)
    cmake_path(GET source STEM file)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME folder)
    string(REGEX REPLACE "_test$" "" subject ${file})
    add_test(NAME ${folder}_${subject} COMMAND tests_${area} ${file})
    set_tests_properties(${folder}_${subject} PROPERTIES LABELS ${label} COST ${cost})
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
