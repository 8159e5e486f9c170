# cordon_embed(<module> <file> <header> <function>): what <file> in the module's folder holds, as what <function> gives, which the
# header <module>/<header>.h declares.
function(cordon_embed module file header function)
  set(in ${CMAKE_CURRENT_SOURCE_DIR}/${module}/${file})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${module}/${function}.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${module})
  add_custom_command(OUTPUT ${out} DEPENDS ${in} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DFILE=${in} -DHEADER=${module}/${header}.h
                             -DFUNCTION=${function} -P ${script})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(cordon_${module} PRIVATE ${out})
endfunction()
