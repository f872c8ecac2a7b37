/* The card reader of the sales desk as a shared library: fifteen functions, a version, an error text.
 *
 * Promise. Every function returns a wellkey_result and never throws, aborts or prints. It finds the
 * cards by asking them what they are, whatever reader they lie in; holds them in one exclusive PC/SC
 * transaction while it works; and says what is known: an answer means done, WELLKEY_UNCERTAIN means
 * that a card was told to change its money and could not be asked afterwards whether it did. A
 * command that moves money is never sent again before the card has said that it did not happen.
 *
 * A transmit has six outcomes, each with a result of its own: answered (WELLKEY_OK, or what the card
 * refused, 20 to 34), the card fell silent inside the command (16), it was removed (14), another
 * program reset it (15), the PC/SC service is gone (10), fewer than two bytes came back (17). Where
 * money may have moved, the library first asks the card and then answers done, 16, or 40.
 *
 * Units. Money: whole fen (0.01 yuan) in int64_t. Date: "20261122", time: "150405", Beijing time,
 * digits only. Card number: 20 digits. Terminal number: 12 hexadecimal digits. Texts are UTF-8 and end
 * with a zero byte; every array below counts that byte. Numbers in byte arrays are big-endian.
 *
 * Threads. One port belongs to one thread at a time. The error text belongs to the calling thread.
 *
 * Cards. P = the desk's PSAM, U = one user card; each in any PC/SC reader. The line above a function
 * names what it needs; with two user cards on the readers it answers WELLKEY_TWO_CARDS.
 */
#ifndef WELLKEY_READER_H
#define WELLKEY_READER_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define WELLKEY_API __declspec(dllexport)
#else
#define WELLKEY_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wellkey_port wellkey_port;

typedef enum wellkey_result {
  WELLKEY_OK = 0,
  WELLKEY_BAD_ARGUMENT = 1, /* a null pointer, a malformed number or package, an amount of zero */
  WELLKEY_INTERNAL = 3,     /* a fault of the library itself; the text says which */

  /* The readers. Nothing was changed on a card. */
  WELLKEY_SERVICE_GONE = 10,   /* no PC/SC service: start it, close the port, open it again */
  WELLKEY_NO_CARD = 11,        /* no user card on any reader */
  WELLKEY_TWO_CARDS = 12,      /* more than one card of the wanted kind */
  WELLKEY_NO_PSAM = 13,        /* no PSAM in any reader */
  WELLKEY_CARD_REMOVED = 14,   /* taken away before its money was touched */
  WELLKEY_CARD_RESET = 15,     /* another program reset it: nothing was sent, begin again */
  WELLKEY_NOT_TRANSACTED = 16, /* no answer; the money is as it was before the call */
  WELLKEY_SHORT_ANSWER = 17,   /* fewer than two bytes came back; the money is as it was */
  WELLKEY_OTHER_CARD = 18,     /* the card there is not the one that was named, or of the package */
  WELLKEY_NO_TOOL_CARD = 19,   /* no tool card on any reader */

  /* The cards said no. Nothing was changed on the user card. */
  WELLKEY_PIN_WRONG = 20,
  WELLKEY_PIN_BLOCKED = 21,
  WELLKEY_PIN_NEEDED = 22,       /* verify the PIN first */
  WELLKEY_CARD_LOCKED = 23,      /* grey: a well session is open, see wellkey_lock_state */
  WELLKEY_OTHER_COUNTY = 24,     /* the card belongs to another county than the PSAM */
  WELLKEY_CEILING = 25,          /* the PSAM has given out all that it may */
  WELLKEY_MAC_REFUSED = 26,      /* a card did not accept the other one's proof */
  WELLKEY_NOT_ENOUGH = 27,       /* the purse holds less than the amount */
  WELLKEY_CARD_REFUSED = 28,     /* any other status word; the text names it */
  WELLKEY_STOPPED = 29,          /* the armed() callback said no; the card never saw MAC2 */
  WELLKEY_NOT_LOCKED = 30,       /* there is no lock to settle, or not the one of the package */
  WELLKEY_NOT_OPEN_FOR_USE = 31, /* the card is blank, void or blocked */
  WELLKEY_KEY_VERSION = 32,      /* the package's key version does not follow the card's */
  WELLKEY_TERMINAL_NEEDED = 33,  /* the PSAM is bound to a desk, and this one gave no proof */
  WELLKEY_TERMINAL_WRONG = 34,   /* the PSAM is bound to another desk, or blocked by such */

  /* Money moved, or may have moved. */
  WELLKEY_UNCERTAIN = 40,   /* keep the struct, put the same card back, ask function 11 */
  WELLKEY_TAC_REFUSED = 41, /* the amount is on the card, its TAC does not verify: investigate */
  WELLKEY_TAC_UNCHECKED =
      42 /* done, every field is filled; the PSAM went away before it could verify */
} wellkey_result;

/* What is known of a top-up that was armed. */
typedef enum wellkey_outcome {
  WELLKEY_OUTCOME_UNKNOWN = 0,  /* the card could not be asked, or cannot tell while it is locked */
  WELLKEY_OUTCOME_NOT_DONE = 1, /* the online counter did not move: no money on the card */
  WELLKEY_OUTCOME_DONE = 2,     /* counter moved by this top-up, the TAC verifies */
  WELLKEY_OUTCOME_RECORDED = 3, /* the card's own record names it, the proof is overwritten */
  WELLKEY_OUTCOME_OTHER = 4     /* the counter moved, and not by this top-up */
} wellkey_outcome;

/* Called once by function 3, for a PSAM that is bound to its desk (key 0B inside): puts the challenge,
 * one block of the suite, enciphered under the desk's terminal key into `cryptogram`, of the same length,
 * and returns 0. Any other value: this desk has no such key. The key stays where the caller keeps it. */
typedef int (*wellkey_prove_terminal)(uint8_t suite, const uint8_t* challenge, size_t length,
                                      uint8_t* cryptogram, void* context);

/* Who opens the PSAM, and where. */
typedef struct wellkey_login {
  char pin[13];                 /* the operator's: 4 to 12 digits; wiped before return */
  wellkey_prove_terminal prove; /* the desk's proof; null for a desk without a terminal key */
  void* context;
  int tries_left; /* out, on WELLKEY_PIN_WRONG */
} wellkey_login;

typedef struct wellkey_topup wellkey_topup;

/* Called once, when the PSAM has made MAC2 and before the user card gets it, with every output field
 * up to `algorithm` filled. The caller makes them durable and returns 0; any other value stops the
 * top-up (WELLKEY_STOPPED) with the card untouched. A MAC2 is never shown and never made again. */
typedef int (*wellkey_armed)(const wellkey_topup* topup, void* context);

struct wellkey_topup {
  /* in */
  char card_number
      [21];           /* the card that must lie there; "" accepts the one that does and is filled */
  int64_t amount_fen; /* 1 .. 4294967295 */
  char date[9];
  char time[7];
  char user_pin[13];   /* 4 to 12 digits, "" for a card without PIN; wiped before return */
  wellkey_armed armed; /* may be null only when `context` is too and no journal is kept */
  void* context;
  /* out, known when armed() is called */
  int64_t balance_before_fen;
  uint32_t online_counter;  /* of the card, before this top-up */
  uint32_t offline_counter; /* of the card's last lock, as its lock proof shows it */
  char terminal[13];        /* the PSAM's terminal number */
  uint8_t key_version;
  uint8_t algorithm; /* suite: 0 3DES, 4 SM4, 5 AES-128 */
  /* out, known afterwards */
  int64_t balance_after_fen;
  uint8_t tac[4];
  wellkey_outcome outcome;
};

typedef struct wellkey_deduction {
  char card_number[21]; /* in, as in wellkey_topup */
  int64_t amount_fen;   /* in */
  char date[9];         /* in */
  char time[7];         /* in */
  int64_t balance_before_fen;
  uint32_t offline_counter; /* of the card, before this deduction */
  char terminal[13];
  uint32_t terminal_counter; /* of the PSAM, as used in this deduction */
  int64_t balance_after_fen;
  uint8_t tac[4];
} wellkey_deduction;

/* All but the outputs come from the suspended record of the meter that locked the card. */
typedef struct wellkey_settlement {
  char card_number[21];
  int64_t amount_fen;       /* consumed; 0 opens the lock without a debit */
  uint32_t offline_counter; /* as the lock proof of the card shows it */
  char terminal[13];        /* the meter's */
  uint32_t terminal_counter;
  char date[9];
  char time[7];
  uint8_t gmac[4];           /* made by the meter's ESAM over the amount, for this lock only */
  int64_t balance_after_fen; /* out */
  uint8_t tac[4];            /* out */
} wellkey_settlement;

typedef enum wellkey_lock {
  WELLKEY_LOCK_NONE = 0x00,
  WELLKEY_LOCK_GREY = 0x01,      /* a session is open at a well */
  WELLKEY_LOCK_TAC_UNREAD = 0x10 /* settled; the receipt of the settlement is not fetched yet */
} wellkey_lock;

typedef struct wellkey_lock_state {
  wellkey_lock state;
  uint8_t transaction_type; /* 91 .. 96 hexadecimal, 0 when never locked */
  int64_t balance_fen;
  uint32_t offline_counter;
  char terminal[13]; /* where the card was locked (grey) or settled */
  char date[9];      /* since when */
  char time[7];
  int64_t amount_fen; /* settled amount; 0 while grey */
  uint8_t proof[4];   /* GTAC while grey, TAC afterwards */
} wellkey_lock_state;

typedef struct wellkey_card_state {
  uint8_t kind;       /* 40 hexadecimal: user card */
  char serial[17];    /* chip serial, 16 hexadecimal digits */
  uint8_t suite;      /* 0 3DES, 4 SM4, 5 AES-128 */
  uint8_t life_cycle; /* 00 manufactured .. 05 in use, 0E void, 0F dead */
  char county[7];
  uint8_t key_version;
  uint8_t pin_tries; /* left; FF hexadecimal: the holder has no PIN */
  wellkey_lock lock;
  int64_t balance_fen;
  char card_number[21];
} wellkey_card_state;

typedef struct wellkey_card_information {
  char card_number[21];
  char county[7];
  uint8_t application_version;
  char valid_from[9];
  char valid_until[9];
  uint8_t card_type;
  char holder[21];      /* UTF-8 */
  char identity_no[17]; /* its last 16 characters */
  uint8_t identity_type;
} wellkey_card_information;

/* What function 13 did. */
typedef struct wellkey_release {
  /* in, for a county station's order only */
  char date[9];
  char time[7];
  char user_pin[13]; /* "" for a card without PIN; wiped before return */
  /* out */
  char card_number[21];
  int64_t amount_fen; /* debited; 0 opened the lock without a debit */
  int64_t balance_after_fen;
  uint8_t by_order; /* 1: the county's order, 0: the meter's settlement */
  uint8_t proof[4]; /* TAC of a settlement, MAC3 of an order */
} wellkey_release;

typedef struct wellkey_reading {
  char terminal[13]; /* the meter's */
  char date[9];
  char time[7];
  uint32_t energy; /* 0.01 kWh */
  int64_t money_fen;
  uint32_t sessions;
  uint32_t suspended; /* of them not settled yet */
} wellkey_reading;

#define WELLKEY_TOOL_DATA 64
#define WELLKEY_MOST_READINGS 20

typedef struct wellkey_tool_card {
  char serial[17];
  uint8_t life_cycle; /* as in wellkey_card_state; the rest is filled when it is 05, in use */
  uint8_t subtype; /* 1 parameter, 2 clear, 3 preset, 4 inspect, 5 reading, 6 time, 7 management */
  uint8_t key_version;
  char county[7];
  char valid_from[9];
  char valid_until[9];
  uint32_t well_group; /* 0: the whole county */
  uint32_t uses;       /* granted: one meter on one day is a use */
  uint32_t uses_left;
  uint8_t data[WELLKEY_TOOL_DATA];
  uint32_t readings_count;
  wellkey_reading readings[WELLKEY_MOST_READINGS]; /* newest first */
} wellkey_tool_card;

typedef struct wellkey_record {
  uint32_t counter; /* online counter for loads, offline counter for debits, after the act */
  int64_t amount_fen;
  uint8_t type; /* 02 load, 06 purchase, 92 grey lock, 94 settled, 96 released (hexadecimal) */
  char terminal[13];
  char date[9];
  char time[7];
} wellkey_record;

#define WELLKEY_MOST_RECORDS 20

/* 1 打开端口. Cards: none yet. Connects to the PC/SC service and takes stock of the readers.
 * *port is set on WELLKEY_OK only and is given back with wellkey_close_port. */
WELLKEY_API int wellkey_open_port(wellkey_port** port);

/* 2 关闭端口. Leaves every card powered off. A null port is WELLKEY_OK. */
WELLKEY_API int wellkey_close_port(wellkey_port* port);

/* 3 PSAM卡密码校验. Cards: P. A PSAM that is bound to its desk is shown the terminal's proof first, and
 * looks at no PIN before: three wrong proofs in a row block it, as do three wrong PINs. The PSAM stays
 * open until the port is closed or the PSAM is taken out. */
WELLKEY_API int wellkey_psam_verify_pin(wellkey_port* port, wellkey_login* login);

/* 4 PSAM卡密钥修改. Cards: P (no PIN needed; verify it again afterwards if the PSAM fell silent). The
 * package (format 01 of layout/field_package.h, at most 19 KiB) holds an import block for every county key of the
 * next version and the order to switch, for this PSAM alone. All keys change together, with the last
 * command. What the PSAM has taken is not sent again: after any result the same call goes on, and a
 * PSAM that stands at the package's version answers WELLKEY_OK. */
WELLKEY_API int wellkey_psam_modify_key(wellkey_port* port, const uint8_t* package, size_t length);

/* 5 购电. Cards: P (after function 3), U. Top-up: INITIALIZE FOR LOAD on the card, MAC1 checked and MAC2
 * made by the PSAM, armed(), CREDIT FOR LOAD, TAC verified by the PSAM. A torn CREDIT FOR LOAD is settled
 * by the online counter and GET TRANSACTION PROVE as long as the card can be asked. */
WELLKEY_API int wellkey_purchase(wellkey_port* port, wellkey_topup* topup);

/* 6 扣款. Cards: P (after function 3), U. Takes an amount off the card as a purchase at this desk. */
WELLKEY_API int wellkey_deduct(wellkey_port* port, wellkey_deduction* deduction);

/* 7 解扣. Cards: U. Settles a grey lock with the meter's GMAC; a card that was settled already with the
 * same amount answers WELLKEY_OK with the same TAC. */
WELLKEY_API int wellkey_settle_lock(wellkey_port* port, wellkey_settlement* settlement);

/* 8 发行工具卡. Cards: one tool card (T), blank and allotted to the county. The package (format 02 of
 * layout/field_package.h) is for its serial number. Nothing in the card works before its last
 * command; the same call again goes on where it was torn, and is WELLKEY_OK when it is done. */
WELLKEY_API int wellkey_issue_tool_card(wellkey_port* port, const uint8_t* package, size_t length);

/* 9 读工具卡. Cards: T. */
WELLKEY_API int wellkey_read_tool_card(wellkey_port* port, wellkey_tool_card* card);

/* 10 取卡状态. Cards: U. */
WELLKEY_API int wellkey_get_card_state(wellkey_port* port, wellkey_card_state* state);

/* 11 取交易记录. Cards: U; with `torn` also P (after function 3). Newest first; *count comes in as the room
 * in records and goes out as their number (at most WELLKEY_MOST_RECORDS). `torn` may be null; otherwise
 * it is a top-up as armed() saw it, and its outcome, balance_after_fen and tac are filled. */
WELLKEY_API int wellkey_get_records(wellkey_port* port, wellkey_record* records, size_t* count,
                                    wellkey_topup* torn);

/* 12 取卡置锁状态. Cards: U. */
WELLKEY_API int wellkey_get_lock_state(wellkey_port* port, wellkey_lock_state* state);

/* 13 解除卡锁定状态. Cards: U; for an order also P (after function 3). The package (layout/release_package.h)
 * is either the meter's settlement (format 03, 38 bytes: DEBIT FOR UNLOCK by the meter's GMAC, no key
 * of the desk), or the county station's order, made by two persons for this lock of this card and this
 * desk's PSAM (format 04, 147 bytes: GREY UNLOCK, MAC2 made by the PSAM). A lock that was released so already
 * answers WELLKEY_OK and is debited once. */
WELLKEY_API int wellkey_release_lock(wellkey_port* port, const uint8_t* package, size_t length,
                                     wellkey_release* release);

/* 14 读取卡号. Cards: U. */
WELLKEY_API int wellkey_read_card_number(wellkey_port* port, char card_number[21]);

/* 15 读取卡片信息. Cards: U. */
WELLKEY_API int wellkey_read_card_information(wellkey_port* port,
                                              wellkey_card_information* information);

/* "0.1.0"; the part before the first dot changes when this interface does, from 1 on. */
WELLKEY_API const char* wellkey_version(void);

/* Chinese and English text of the last failure in this thread, "" when there was none. Valid until the
 * next call of this thread. Never holds a PIN, a key or a whole card number. */
WELLKEY_API const char* wellkey_error_text(void);

#ifdef __cplusplus
}
#endif

#endif
