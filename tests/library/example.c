/* A C program that finds identifiers: cc example.c -lcordon_scan. docs/scan.md shows it; the test runs it. */
#include <stdio.h>
#include <string.h>

#include "library/cordon_scan.h"

static void see(void* context, const cordon_find* find) {
  (void)context;
  printf("%llu %s %.*s%s\n", (unsigned long long)find->offset, find->kind, (int)find->canonical_length, find->canonical,
         (find->flags & CORDON_DEFANGED) != 0 ? " (defanged)" : "");
}

int main(void) {
  const char* text = "led to hxxps://login[.]example[.]org/a, see https://csirt.example.com/1";
  size_t i;
  cordon_scanner* scanner = cordon_scanner_new(0, see, NULL);
  for (i = 0; i < strlen(text); ++i) cordon_scanner_feed(scanner, text + i, 1); /* in pieces, or at once: */
  if (cordon_scanner_finish(scanner) != cordon_scan_text(text, strlen(text), 0, see, NULL)) return 1;
  cordon_scanner_free(scanner);
  return 0;
}
