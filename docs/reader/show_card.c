/* Shows the user card on the reader: number, state, lock and last records.
 *
 *   cc -o show_card show_card.c -I<source folder> -L<build folder>/lib -lwellkey-reader
 *   LD_LIBRARY_PATH=<build folder>/lib ./show_card
 */
#include <inttypes.h>
#include <stdio.h>

#include "cos-apdu/reader/wellkey_reader.h"

static int failed(const char* what) {
  fprintf(stderr, "show_card: %s: %s\n", what, wellkey_error_text());
  return 1;
}

static void print_fen(const char* label, int64_t fen) {
  printf("%s %" PRId64 ".%02" PRId64 " yuan\n", label, fen / 100, fen % 100);
}

static int show(wellkey_port* port) {
  wellkey_card_state state;
  wellkey_lock_state lock;
  wellkey_record records[WELLKEY_MOST_RECORDS];
  size_t count = WELLKEY_MOST_RECORDS;

  if (wellkey_get_card_state(port, &state) != WELLKEY_OK) return failed("card state");
  printf("card    %s, county %s, key version %u\n", state.card_number, state.county,
         (unsigned)state.key_version);
  print_fen("balance", state.balance_fen);

  if (wellkey_get_lock_state(port, &lock) != WELLKEY_OK) return failed("lock state");
  if (lock.state == WELLKEY_LOCK_GREY) {
    printf("locked  by meter terminal %s since %s %s\n", lock.terminal, lock.date, lock.time);
  } else {
    printf("locked  no\n");
  }

  if (wellkey_get_records(port, records, &count, NULL) != WELLKEY_OK) return failed("records");
  for (size_t at = 0; at < count; ++at) {
    printf("record  %s %s type %02X counter %" PRIu32 " terminal %s", records[at].date,
           records[at].time, (unsigned)records[at].type, records[at].counter, records[at].terminal);
    print_fen(" amount", records[at].amount_fen);
  }
  return 0;
}

int main(void) {
  wellkey_port* port = NULL;
  printf("library %s\n", wellkey_version());
  if (wellkey_open_port(&port) != WELLKEY_OK) return failed("open port");
  const int status = show(port);
  wellkey_close_port(port);
  return status;
}
