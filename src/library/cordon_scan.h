/* Identifiers of infrastructure in any text, for programs that are not Cordon: libcordon_scan. cordon_scan.hpp beside
 * it is the same for C++. What is found, and how it is spelled, is what `cordon scan` finds (docs/scan.md).
 *
 *   static void see(void* context, const cordon_find* find) { printf("%s %s\n", find->kind, find->canonical); }
 *   cordon_scan_text(text, length, 0, see, NULL);
 *
 * Nothing here allocates for each find, reads a file or reaches a network. Different scanners may be used by different
 * threads at once; one scanner by one thread at a time. */
#ifndef CORDON_SCAN_H
#define CORDON_SCAN_H

/* C reads this too, and C's names are not ours: */
/* NOLINTBEGIN(modernize-*,readability-identifier-naming) */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CORDON_SCAN_API __attribute__((visibility("default")))

/* Options, to be added up. */
enum {
  CORDON_SCAN_LOOSE = 1 /* what was held back comes too: file names, version numbers, … */
};

/* What is to be known of a find beside its value. Bits. */
enum {
  CORDON_DEFANGED = 1,    /* its author broke it on purpose: "hxxp", "[.]" */
  CORDON_CONFUSABLE = 2,  /* letters of scripts that read as another name */
  CORDON_SHARED_HOST = 4, /* many tenants share the host */
  CORDON_RESERVED = 8,    /* for documents and private networks */
  CORDON_INSIDE_URL = 16, /* lies in the url found just before */
  CORDON_DECODED = 32,    /* written in an encoding: the bytes are not the value */
  CORDON_WRAPPED = 64,    /* a line ends inside */
  CORDON_CONTEXT = 128    /* cidr, cve, …: shown, and never what a request could be about */
};

/* Everything in it is a loan until the call returns. */
typedef struct cordon_find {
  const char* kind;      /* "url", "domain", "ip", …, zero-terminated */
  const char* held_back; /* "" or why it is not taken for one: "file_ending", … */
  const char* written;   /* the bytes as they stand; not zero-terminated */
  size_t written_length;
  const char* canonical; /* the one spelling, UTF-8; not zero-terminated */
  size_t canonical_length;
  uint64_t offset; /* of the first byte, from the start of the whole text */
  uint32_t flags;
} cordon_find;

typedef void (*cordon_sink)(void* context, const cordon_find* find);

/* A whole text at once. Returns how many finds there were. */
CORDON_SCAN_API uint64_t cordon_scan_text(const char* text, size_t length, uint32_t options, cordon_sink sink,
                                          void* context);

/* A text in pieces of any size; the answers do not depend on where they end. Memory is constant. */
typedef struct cordon_scanner cordon_scanner;
CORDON_SCAN_API cordon_scanner* cordon_scanner_new(uint32_t options, cordon_sink sink, void* context);
CORDON_SCAN_API void cordon_scanner_feed(cordon_scanner* scanner, const char* piece, size_t length);
/* The text has ended; the scanner is then as new. Returns how many finds it had. */
CORDON_SCAN_API uint64_t cordon_scanner_finish(cordon_scanner* scanner);
CORDON_SCAN_API void cordon_scanner_free(cordon_scanner* scanner);

#ifdef __cplusplus
}
#endif
/* NOLINTEND(modernize-*,readability-identifier-naming) */

#endif
