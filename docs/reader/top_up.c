/* Sells at a desk: opens the port, verifies the PSAM's PIN, tops the card up, shows what is on it.
 *
 *   cc -o top_up top_up.c -I<source folder> -L<build folder>/lib -lwellkey-reader
 *   LD_LIBRARY_PATH=<build folder>/lib ./top_up FEN DATE TIME JOURNAL     (the PIN on standard input)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cos-apdu/reader/wellkey_reader.h"

static int failed(const char* what) {
  fprintf(stderr, "top_up: %s: %s\n", what, wellkey_error_text());
  return 1;
}

/* Durable before the card gets its money: with this line the top-up is found again after a cut. */
static int write_journal(const wellkey_topup* topup, void* context) {
  FILE* journal = fopen(context, "a");
  if (journal == NULL) return 1;
  fprintf(journal, "%s %" PRId64 " fen on %" PRId64 ", counter %" PRIu32 ", terminal %s\n",
          topup->card_number, topup->amount_fen, topup->balance_before_fen, topup->online_counter,
          topup->terminal);
  const int lost = fflush(journal) != 0 || fsync(fileno(journal)) != 0;
  return fclose(journal) != 0 || lost;
}

static int top_up(wellkey_port* port, char** order) {
  wellkey_topup topup = {0};
  topup.amount_fen = strtoll(order[0], NULL, 10);
  snprintf(topup.date, sizeof topup.date, "%s", order[1]);
  snprintf(topup.time, sizeof topup.time, "%s", order[2]);
  topup.armed = write_journal;
  topup.context = order[3];
  if (wellkey_purchase(port, &topup) != WELLKEY_OK) return failed("top-up");
  printf("sold    %" PRId64 " fen, balance %" PRId64 " fen\n", topup.amount_fen,
         topup.balance_after_fen);
  return 0;
}

static int show(wellkey_port* port) {
  wellkey_card_information information;
  wellkey_record records[WELLKEY_MOST_RECORDS];
  size_t count = WELLKEY_MOST_RECORDS;
  if (wellkey_read_card_information(port, &information) != WELLKEY_OK) {
    return failed("card information");
  }
  printf("card    %s county %s until %s\n", information.card_number, information.county,
         information.valid_until);
  if (wellkey_get_records(port, records, &count, NULL) != WELLKEY_OK) return failed("records");
  for (size_t at = 0; at < count; ++at) {
    printf("record  %02X %" PRId64 " fen counter %" PRIu32 "\n", (unsigned)records[at].type,
           records[at].amount_fen, records[at].counter);
  }
  return 0;
}

int main(int argc, char** argv) {
  /* .prove stays null: this desk has no terminal key. */
  wellkey_login login = {.pin = ""};
  wellkey_port* port = NULL;
  if (argc != 5 || fgets(login.pin, sizeof login.pin, stdin) == NULL) {
    fprintf(stderr, "usage: top_up FEN DATE TIME JOURNAL, the PSAM's PIN on standard input\n");
    return 2;
  }
  login.pin[strcspn(login.pin, "\n")] = '\0';
  if (wellkey_open_port(&port) != WELLKEY_OK) return failed("open port");
  int status = wellkey_psam_verify_pin(port, &login) == WELLKEY_OK ? 0 : failed("PIN");
  if (status == 0) status = top_up(port, argv + 1);
  if (status == 0) status = show(port);
  wellkey_close_port(port);
  return status;
}
