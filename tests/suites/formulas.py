"""Every formula but those of message_formulas.py, written from the key protocol and the card reference."""

import hashlib

import message_formulas  # noqa: F401  registers its rows
from formula import (
    ROWS,
    WITHOUT_SUITE,
    certificate,
    digest,
    joiner,
    names_in,
    order,
    row,
    session_key,
    session_mac,
)
from primitives import agree, cipher, key_wrap

# --- the tree ---


@row("diversify", "keys", "K", "D(K, F8)", "factor8", "key16", "key protocol §1")
def diversify(suite, key16, factor8):
    return suite.diversify(key16, factor8)


@row("combined-master", "keys", "S", "CMAC under S, the components' XOR",
     '01 "WK/MCK0" 00 live1 set_id16 origin_id16 00 80', "key16", "key protocol §2")
def combined_master(suite, component1, component2, component3, component4, live1, set_id16, origin_id16):
    parts = (component1, component2, component3, component4)
    return suite.combined_master(parts, live1, set_id16, origin_id16)


@row("purpose-key", "keys", "combined master", "D(K, F8)", "11 version1 value6", "key16", "key protocol §2")
def purpose_key(suite, purpose1, key16, version1, value6):
    return suite.of_purpose(purpose1).diversify(key16, b"\x11" + version1 + value6)


@row("province-key", "keys", "master key of the purpose", "D(K, F8)", "12 version1 value6", "key16", "key protocol §2")
def province_key(suite, purpose1, key16, version1, value6):
    return suite.of_purpose(purpose1).diversify(key16, b"\x12" + version1 + value6)


@row("county-key", "keys", "province key", "D(K, F8)", "13 version1 county3 tail3", "key16", "key protocol §2")
def county_key(suite, purpose1, key16, version1, county3, tail3):
    return suite.of_purpose(purpose1).diversify(key16, b"\x13" + version1 + county3 + tail3)


@row("device-key", "keys", "key one level above", "D(K, F8)", "serial8", "key16", "key protocol §2")
def device_key(suite, purpose1, key16, serial8):
    return suite.of_purpose(purpose1).diversify(key16, serial8)


@row("user-card-key", "keys", "county key", "D(K, F8)", "rightmost 8 bytes of asn10", "key16", "key protocol §2")
def user_card_key(suite, purpose1, key16, asn10):
    return suite.of_purpose(purpose1).diversify(key16, asn10[2:])


@row("user-card-chain", "keys", "combined master", "purpose, province, county, user card in turn",
     "the four factors", "key16", "key protocol §2")
def user_card_chain(suite, purpose1, key16, version1, value6, province_version1, province6, county_version1,
                    county3, tail3, asn10):
    key = purpose_key(suite, purpose1, key16, version1, value6)
    key = province_key(suite, purpose1, key, province_version1, province6)
    key = county_key(suite, purpose1, key, county_version1, county3, tail3)
    return user_card_key(suite, purpose1, key, asn10)


@row("check-value", "keys", "K", "method 01: E(K, zero block)", "-", "3", "key protocol §1")
def check_value(suite, key16):
    return suite.check_value(key16)


@row("component-check-value", "keys", "component", "method 02: CMAC", "00 x 16", "5", "key protocol §1")
def component_check_value(suite, component16):
    return suite.component_check_value(component16)


@row("transport-keys", "keys", "KT", "block cipher of the protocol under KT", "31 00 x 15 and 32 00 x 15",
     "KTenc KTmac", "key protocol §4")
def transport_keys(suite, transport16):
    return b"".join(suite.transport_keys(transport16))


@row("key-wrap", "keys", "KTenc", "AES-KW", "key16", "24", "key protocol §5")
def wrapped_key(suite, transport16, key16):
    return suite.wrap(transport16, key16)


@row("cmac", "keys", "K", "CMAC", "data", "16", "key protocol §1")
def cmac(suite, key16, data):
    return suite.cmac16(key16, data)


# --- sessions and transactions ---


@row("online-session-key", "transactions", "load (01), unload (04)", "session key", "card_random4 online_sn2",
     "session key", "cards §1.6")
def online_session_key(suite, key16, card_random4, online_sn2):
    return suite.online_session(key16, card_random4, online_sn2)


@row("offline-session-key", "transactions", "purchase (02)", "session key; TMPCK of a grey lock",
     "card_random4 offline_sn2, rightmost 2 bytes of terminal_sn4", "session key", "cards §1.6")
def offline_session_key(suite, key16, card_random4, offline_sn2, terminal_sn4):
    return suite.offline_session(key16, card_random4, offline_sn2, terminal_sn4)


@row("grey-lock-session-key", "transactions", "purchase (02)", "session key under TMPCK", "terminal_random4",
     "session key", "cards §1.6")
def grey_lock_session_key(suite, key16, card_random4, offline_sn2, terminal_sn4, terminal_random4):
    first = suite.offline_session(key16, card_random4, offline_sn2, terminal_sn4)
    return suite.grey_session(first, terminal_random4)


LOAD, PURCHASE, UNLOAD, OVERDRAFT = "load (01)", "purchase (02)", "unload (04)", "overdraft"
ORDER_TIME = "amount4 type1 terminal6 date4 time3"
DEBITED = "amount4 type1 terminal6 terminal_sn4 date4 time3"

session_mac("load-mac1", "cards §3.3", LOAD, "online", "balance4 amount4 type1 terminal6")
session_mac("load-mac2", "cards §3.3", LOAD, "online", ORDER_TIME)
certificate("load-tac", "cards §3.3", "balance4 online_sn2 " + ORDER_TIME)
session_mac("purchase-mac1", "cards §3.4", PURCHASE, "offline", ORDER_TIME)
session_mac("purchase-mac2", "cards §3.4", PURCHASE, "offline", "amount4")
certificate("purchase-tac", "cards §3.4", DEBITED)
session_mac("composite-mac1", "cards §3.5", PURCHASE, "offline", ORDER_TIME + " code9")
session_mac("unload-mac1", "cards §3.6", UNLOAD, "online", "balance4 amount4 03 terminal6")
session_mac("unload-mac2", "cards §3.6", UNLOAD, "online", "amount4 03 terminal6 date4 time3")
session_mac("unload-mac3", "cards §3.6", UNLOAD, "online", "balance4 online_sn2 amount4 03 terminal6 date4 time3")
session_mac("overdraft-mac1", "cards §3.6", OVERDRAFT, "online", "balance4 limit3 07 terminal6")
session_mac("overdraft-mac2", "cards §3.6", OVERDRAFT, "online", "limit3 07 terminal6 date4 time3")
certificate("overdraft-tac", "cards §3.6", "balance4 online_sn2 limit3 07 terminal6 date4 time3")
session_mac("grey-lock-mac1", "cards §5.2", PURCHASE, "grey lock", "type1 terminal6 date4 time3")
session_mac("grey-lock-mac2", "cards §5.2", PURCHASE, "grey lock", "balance4 offline_sn2")


@row("grey-lock-mac2-one-byte", "transactions", PURCHASE, "MAC, grey lock session",
     "balance4, low byte of offline_sn2", "4", "cards §5.2")
def grey_lock_mac2_one_byte(suite, key16, card_random4, offline_sn2, terminal_sn4, terminal_random4, balance4):
    session = session_key(suite, "grey lock", key16, card_random4, offline_sn2, terminal_sn4, terminal_random4)
    return suite.mac4(session, balance4 + offline_sn2[1:])


certificate("gtac-amount-zero", "cards §5.2", "00 00 00 00 type1 terminal6 terminal_sn4 date4 time3")
certificate("gtac", "cards §5.2", "balance4 offline_sn2 type1 terminal6 terminal_sn4 date4 time3")
session_mac("gmac", "cards §5.3", PURCHASE, "grey lock", "amount4")
certificate("debit-for-unlock-tac", "cards §5.3", DEBITED)
sam_certificate = joiner(DEBITED, names_in(DEBITED, ()))


@row("sam-tac", "transactions", "ESAM control (0D)", "CMAC, left 4", DEBITED, "4", "cards §4.6")
def sam_tac(suite, key16, amount4, type1, terminal6, terminal_sn4, date4, time3):
    return suite.cmac16(key16, sam_certificate((amount4, type1, terminal6, terminal_sn4, date4, time3)))[:4]


session_mac("grey-unlock-mac1", "cards §5.5", UNLOAD, "online", "balance4 offline_sn2 type1 terminal6")
session_mac("grey-unlock-mac2", "cards §5.5", UNLOAD, "online", ORDER_TIME)
session_mac("grey-unlock-mac3", "cards §5.5", UNLOAD, "online", "balance4 online_sn2 " + ORDER_TIME)
certificate("reload-pin-mac", "cards §3.1", "new_pin", "PIN reload (06)")


# --- blocks, orders, tags ---


@row("import-block", "blocks and orders", "KT", "AES-KW under KTenc, CMAC under KTmac",
     "01 suite1 purpose1 level1 mode1 flags1 version1 kind1 generation2 county3 check3 serial8 seq4 origin4 wrapped24",
     "72", "key protocol §5")
def import_block(suite, transport16, purpose1, level1, mode1, flags1, version1, generation2, county3, serial8,
                 seq4, origin4, key16):
    ktenc, ktmac = suite.transport_keys(transport16)
    check = suite.of_purpose(purpose1).check_value(key16)
    head = b"\x01" + suite.byte + purpose1 + level1 + mode1 + flags1 + version1 + serial8[:1]
    block = head + generation2 + county3 + check + serial8 + seq4 + origin4 + suite.wrap(ktenc, key16)
    return block + suite.cmac16(ktmac, block)


@row("order-mac", "blocks and orders", "control key of the card", "CMAC",
     '"WK/order1" challenge16 header4 Lc data', "16", "cos-apdu/card_commands.h")
def order_mac(suite, key16, challenge16, header4, data):
    return suite.cmac16(key16, b"WK/order1" + challenge16 + header4 + bytes([len(data) + 16]) + data)


ORDERS = "cos-apdu/card_commands.h"
order("switch-order-mac", ORDERS, "PSAM control (0C), ESAM control (0D)", "WK/switch1", "serial8 version1")
order("restore-order-mac", ORDERS, "ESAM control (0D)", "WK/restore1", "serial8 version1 seq4 settled_sn4")
order("refresh-order-mac", "key protocol §8", "PSAM control (0C)", "",
      "serial8 seq4 money4 count4 start4 end4 issued4")
order("release-order-mac", "cos-apdu/layout/release_package.h", "PSAM control (0C)", "WK/release1",
      "04 serial8 asn10 online_sn2 offline_sn2 amount4 record_hash32 block72")
order("void-order-mac", "key protocol §7", "card control (08)", "WK/void1", "pair_id8 generation2 log_index8")

FIELD_CARDS, TOOL_KEYS = "cos-apdu/layout/field_card.h", "tool (0A), meter parameters (09)"
TOOL_PROOF = "subtype1 tool8 esam8 date4 esam_random16 tool_random16 content_hash32"
order("tool-mac", FIELD_CARDS, TOOL_KEYS, "WK/tool1", TOOL_PROOF)
order("tool-answer-mac", FIELD_CARDS, TOOL_KEYS, "WK/tool2", TOOL_PROOF)

order("opening-mac", "key protocol §7", "K_open", "",
      "side1 pair_id8 generation2 mother_point65 control_point65 mother_random16 control_random16")


@row("issue-order-mac", "blocks and orders", "card control (08)", "CMAC",
     '"WK/issue1" serial8 subtype1 version1 county3 start4 end4 uses2 well_group4 SHA-256(data) parts_hash32', "16",
     FIELD_CARDS)
def issue_order_mac(suite, key16, serial8, subtype1, version1, county3, start4, end4, uses2, well_group4, data,
                    parts_hash32):
    grant = subtype1 + version1 + county3 + start4 + end4 + uses2 + well_group4
    message = b"WK/issue1" + serial8 + grant + hashlib.sha256(data).digest() + parts_hash32
    return suite.cmac16(key16, message)


@row("endorsement-mac", "blocks and orders", "KT", "CMAC under KTmac",
     '"WK/endorse1" fingerprint32 pair_id8 generation2', "16", "key protocol §7")
def endorsement_mac(suite, transport16, fingerprint32, pair_id8, generation2):
    ktmac = suite.transport_keys(transport16)[1]
    return suite.cmac16(ktmac, b"WK/endorse1" + fingerprint32 + pair_id8 + generation2)


@row("audit-tag-device", "blocks and orders", "audit tag (0F)", "CMAC",
     '"WK/tag1" serial8 level1 county3 version1 generation2 slots_hash32', "8", "key protocol §11")
def audit_tag_device(suite, key16, serial8, level1, county3, version1, generation2, slots_hash32):
    return suite.cmac16(key16, b"WK/tag1" + serial8 + level1 + county3 + version1 + generation2 + slots_hash32)[:8]


@row("audit-tag-user-card", "blocks and orders", "audit tag (0F)", "CMAC",
     '"WK/tag1", rightmost 8 bytes of asn10, level1 county3 version1 generation2 slots_hash32', "8",
     "key protocol §11")
def audit_tag_user_card(suite, key16, asn10, level1, county3, version1, generation2, slots_hash32):
    return audit_tag_device(suite, key16, asn10[2:], level1, county3, version1, generation2, slots_hash32)


# --- ceremony and pairs: the same in every suite ---


digest("plan-id", "key protocol §6", "WK/plan1",
       "flags1 suite1 set_id16 profile_hash32 token_key_hash32 plan_text_hash32")
digest("set-fingerprint", "key protocol §6", "WK/set1", "plan_id32 points")
digest("commitment", "key protocol §6", "WK/commit1", "plan_id32 fingerprint32 leader1 nonce32 component16")
digest("signed-digest", "key protocol §6", "", "plan_id32 step1 hash32")
digest("act-header", "docs/tables/key-card-commands.md", "WK/act1", "ins1 p1 p2 data")


@row("act-authorisation", WITHOUT_SUITE, "of the opening", "AES-CMAC under the opening's key", "header32 act4", "16",
     "key protocol §7")
def act_authorisation(suite, key16, header32, act4):
    return cipher("aes128", key16).cmac(header32 + act4)


def labelled(scalar, peer, label):
    # AES_ECB_ENCRYPT_DATA over the label's hash, under the agreed x coordinate (key protocol §6).
    return cipher("aes256", agree(scalar, peer)).encrypt(hashlib.sha256(label).digest()[:16])


@row("labelled-key", WITHOUT_SUITE, "ECDH x", "AES-256 under the ECDH x coordinate", "left 16 of SHA-256(label)",
     "key16", "key protocol §6")
def labelled_key(suite, scalar32, peer65, label):
    return labelled(scalar32, peer65, label)


@row("sealed", WITHOUT_SUITE, "ECDH x", "AES-KW and CMAC under labelled keys 01 and 02 of label n1 context",
     "content; head wrapped", "wrapped mac16", "key protocol §6")
def sealed(suite, scalar32, peer65, label, context, head, content):
    wrapped = key_wrap("aes128", labelled(scalar32, peer65, label + b"\x01" + context), content)
    return wrapped + cipher("aes128", labelled(scalar32, peer65, label + b"\x02" + context)).cmac(head + wrapped)


FORMULAS = {formula.name: formula for formula in ROWS}
