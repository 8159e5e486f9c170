# cordon_texts(<module> <files> <header> <function> [<names>]): embeds the files of the pattern in the module, as the function
# that <module>/<header>.h declares: the text of each by its name without the ending; <names> gives all names. So a binary
# alone knows what they say, and a changed file is a changed program.
function(cordon_texts module pattern header function)
  file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${module}/${function}.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedTexts.cmake)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${module})
  add_custom_command(OUTPUT ${out} DEPENDS ${texts} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DTEXTS=${texts}" -DHEADER=${module}/${header}.h
                             -DFUNCTION=${function} "-DNAMES=${ARGN}" -P ${script})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(cordon_${module} PRIVATE ${out})
endfunction()
