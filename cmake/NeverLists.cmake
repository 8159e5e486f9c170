# cordon_never_lists(<module>): embeds data/never/*.txt in the module, as the function that <module>/never_data.h
# declares, so that a binary alone knows what no indicator may be. A changed list is a changed program.
function(cordon_never_lists module)
  file(GLOB lists CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/never/*.txt)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${module}/never_data.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedNeverLists.cmake)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${module})
  add_custom_command(OUTPUT ${out} DEPENDS ${lists} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DNEVER_LISTS=${lists}" -P ${script})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(cordon_${module} PRIVATE ${out})
endfunction()
