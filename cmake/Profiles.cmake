# cordon_profiles(<module>): embeds data/profiles/*.toml in the module, as the functions that <module>/profile_data.h
# declares, so that a binary alone knows the feeds that it comes with.
function(cordon_profiles module)
  file(GLOB profiles CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/profiles/*.toml)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${module}/profile_data.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedProfiles.cmake)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${module})
  add_custom_command(OUTPUT ${out} DEPENDS ${profiles} ${script} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DPROFILES=${profiles}" -P ${script})
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(cordon_${module} PRIVATE ${out})
endfunction()
