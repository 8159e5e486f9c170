# cordon_catalogues(<module> <language>…): compiles src/<module>/po/<language>.po with msgfmt and embeds what
# comes out in the module, as the function that <module>/catalogue.h declares. A changed .po is a changed program.
# The test `words_complete` says which messages of the sources the catalogues lack.
find_program(MSGFMT msgfmt REQUIRED)

function(cordon_catalogues module)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${module})
  file(MAKE_DIRECTORY ${folder})
  set(compiled "")
  foreach(language IN LISTS ARGN)
    set(po ${CMAKE_CURRENT_SOURCE_DIR}/${module}/po/${language}.po)
    add_custom_command(OUTPUT ${folder}/${language}.mo DEPENDS ${po} VERBATIM
                       COMMAND ${MSGFMT} --check --output-file=${folder}/${language}.mo ${po})
    list(APPEND compiled ${folder}/${language}.mo)
  endforeach()
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedCatalogues.cmake)
  add_custom_command(OUTPUT ${folder}/catalogues.cc DEPENDS ${compiled} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} "-DLANGUAGES=${ARGN}" -P ${script})
  set_source_files_properties(${folder}/catalogues.cc PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(cordon_${module} PRIVATE ${folder}/catalogues.cc)

  if(BUILD_TESTING AND NOT CORDON_FUZZ)
    add_test(NAME words_complete COMMAND ${PROJECT_SOURCE_DIR}/tools/words --check)
    set_tests_properties(words_complete PROPERTIES LABELS unit)
  endif()
endfunction()
