# One INTERFACE target carries our flags, so third-party code never sees them.
add_library(cordon_flags INTERFACE)
target_compile_options(cordon_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wnon-virtual-dtor -Wold-style-cast)
# GCC 12 sees uninitialised members in every std::variant that it inlines at -O2 (its bug 105593 and kin).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(cordon_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(CMAKE_UNITY_BUILD)
  # A unity build's source includes our files by their absolute paths. What is compiled names them from the root of the tree
  # on, so that checkouts share what ccache has.
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
  # Each of our files is then an included one, and GCC takes a class with a member of an anonymous namespace for a header's.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(cordon_flags INTERFACE -Wno-subobject-linkage)
  endif()
endif()
# Clang's -Wpedantic calls the statement expression in TRY an extension even under __extension__.
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  target_compile_options(cordon_flags INTERFACE -Wno-gnu-statement-expression-from-macro-expansion)
endif()
option(CORDON_WERROR "Treat warnings as errors (on in CI, off for packagers)" OFF)
if(CORDON_WERROR)
  target_compile_options(cordon_flags INTERFACE -Werror)
endif()

# Hardening that Debian's own packages use; sanitizers bring their own checks instead.
set(CORDON_SANITIZE "" CACHE STRING "address,undefined | thread | empty")
option(CORDON_FUZZ "Drive *_fuzz.cc with libFuzzer (Clang)" OFF)
if(CORDON_SANITIZE)
  add_compile_options(-fsanitize=${CORDON_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CORDON_SANITIZE})
  if(CORDON_SANITIZE STREQUAL thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)  # Boost.Asio's fences, which it says that it does not see
  endif()
  if(CORDON_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    # Clang's runtime opens a pipe to look at an object's type, which a confined parser may not, and takes the
    # refusal for a fault. GCC's, in ./test asan, checks the types.
    add_compile_options(-fno-sanitize=vptr)
  endif()
elseif(CORDON_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
else()
  add_compile_options(-fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    add_compile_options(-fcf-protection)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
  if(CMAKE_BUILD_TYPE STREQUAL Release)
    add_compile_definitions(_FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  endif()
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Speed of building only; both are optional.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
