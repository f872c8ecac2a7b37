// The script that a stranger runs on an evidence bundle.
#pragma once

#include <string_view>

namespace keyceremony {

inline constexpr std::string_view kCheckScript = R"script(#!/bin/bash
# Checks this evidence with openssl alone: one line per check, exit status 0 when all of them hold.
# The last line says how the ceremony ended.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

value() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" plan.toml; }
bytes() { printf "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
held() { printf 'holds  %s\n' "$1"; }
failed() { printf 'FAILS  %s\n' "$1"; exit 1; }
fact() { printf '%s' "$1" | sed -n "s/.*|$2=\([^|]*\)|.*/\1/p"; }
same() { if [ "$2" = "$3" ]; then held "$1"; else failed "$1"; fi; }

case $(value suite) in tdes2) suite=00 ;; sm4) suite=04 ;; aes128) suite=05 ;; *) failed suite ;; esac
case $(value mode) in live) mode=01 ;; rehearsal) mode=00 ;; *) failed mode ;; esac
[ "$(value threshold)" = "3 of 4" ] && mode=$(printf '%02x' $((0x$mode + 2)))
token=$(value token_key_hash)
[ -n "$token" ] || token=$(printf '%064d' 0)
{
  printf 'WK/plan1'
  bytes "$mode$suite$(value set_id)$(value profile_hash)$token"
  openssl dgst -sha256 -binary plan.toml
} >"$work/plan"
plan=$(openssl dgst -sha256 -binary "$work/plan" | hex)
same "the plan is the one of the transcript" "$plan" \
  "$(sed -n '1s/.*|plan=\([0-9a-f]*\)|.*/\1/p' transcript.txt)"

chain=$plan
while IFS= read -r line; do
  before=$chain
  chain=${line##*|}
  made=$(printf '%s%s' "$before" "${line%|*}" | openssl dgst -sha256 -binary | hex)
  [ "${made:0:32}" = "$chain" ] || failed "the chain of line ${line%%|*}"
done <journal.txt
held "the lines of the journal form one chain"

lines=$(wc -l <transcript.txt)
head -n "$lines" journal.txt >"$work/head"
if cmp -s "$work/head" transcript.txt; then
  held "the transcript is the beginning of the journal"
else
  failed "the transcript is the beginning of the journal"
fi

ended=$(tail -n 1 journal.txt)
aborted=no
if [ "$(printf '%s' "$ended" | cut -d'|' -f4)" = aborted ]; then
  aborted=yes
  why=$(fact "$ended" text)
  same "what was signed ends where the ceremony was given up" \
    "$(tail -n 1 transcript.txt | cut -d'|' -f4,5)" "given-up|text=$why"
elif grep -q '^[0-9]*|[^|]*|checkpointed|checkpointed|' journal.txt; then
  same "what was signed ends with the sealed bags" \
    "$(tail -n 1 transcript.txt | cut -d'|' -f3,4)" "bags-sealed|bags-sealed"
else
  failed "the ceremony came to an end"
fi

{
  bytes "${plan}01"
  openssl dgst -sha256 -binary transcript.txt
} >"$work/message"
while read -r id serial keeper; do
  case $id in master-* | *-spare | *-predecessor) continue ;; esac
  if [ "$aborted" = yes ] && [ ! -e "signatures/$id.sig" ]; then
    missing=$(grep "|not-signed|by=$id|" journal.txt | tail -n 1)
    [ -n "$missing" ] || failed "$keeper ($id) signed, or the journal says why not"
    printf 'absent %s (%s) did not sign: %s\n' "$keeper" "$id" "$(fact "$missing" text)"
    continue
  fi
  same "the key of $id ($serial) is the one in the transcript" \
    "$(tail -c 65 "signatures/$id.der" | hex)" \
    "$(sed -n "s/.*|card-point|holder=$id|.*|point=\([0-9a-f]*\)|.*/\1/p" transcript.txt | tail -n 1)"
  openssl dgst -sha256 -verify "signatures/$id.der" -keyform DER \
    -signature "signatures/$id.sig" "$work/message" >/dev/null ||
    failed "$keeper ($id) signed the transcript"
  held "$keeper ($id) signed the transcript"
done <cards.txt

# What needs two people: nobody's approval of one thing serves another, or twice.
used=
while IFS= read -r line; do
  event=$(printf '%s' "$line" | cut -d'|' -f4)
  first=administrator
  second=witness
  holder=
  case $event in
    exception-accepted | break | break-ended | aborted) ;;
    deputy-seated | bag-accepted) second=external-witness ;;
    administrator-bag-accepted)
      first=internal-witness
      second=external-witness
      ;;
    witness-bag-accepted) ;;
    exception)
      [ "$aborted" = yes ] || grep -q "|exception-accepted|line=${line%%|*}|" journal.txt ||
        failed "the exception of line ${line%%|*} was accepted"
      continue
      ;;
    *) continue ;;
  esac
  case $event in
    *bag-accepted)
      holder=$(fact "$line" holder)
      case $event,$holder in
        administrator-bag-accepted,administrator-* | witness-bag-accepted,external-witness-*) ;;
        bag-accepted,administrator-* | bag-accepted,external-witness-*) failed "line ${line%%|*} is about that bag" ;;
        bag-accepted,*) ;;
        *) failed "line ${line%%|*} ($event) is about that bag" ;;
      esac
      ;;
  esac
  nonce=$(printf '%s' "$line" | sed -n 's/.*|approval=\([0-9a-f]\{32\}\)|.*/\1/p')
  [ -n "$nonce" ] || failed "line ${line%%|*} ($event) names its approval"
  case $used in *"$nonce"*) failed "the approval of line ${line%%|*} was used once" ;; esac
  used="$used $nonce"
  asked=$(grep "|approval-asked|operation=$event|nonce=$nonce|" journal.txt) ||
    failed "line ${line%%|*} ($event) was asked for"
  facts=${asked#*|approval-asked|}
  facts=${facts%|*}
  wanted="|$event|${facts#"operation=$event|nonce=$nonce|"}|approval=$nonce|"
  case $line in *"$wanted"*) ;; *) failed "line ${line%%|*} ($event) is what was approved" ;; esac
  {
    bytes "${plan}02"
    printf 'WK/approve1|%s' "$facts" | openssl dgst -sha256 -binary
  } >"$work/approval"
  givers=
  for by in $(sed -n "s/.*|approval|by=\([a-z0-9-]*\)|card=[0-9A-F]*|nonce=$nonce|.*/\1/p" journal.txt); do
    [ "$by" != "$holder" ] || failed "$by approved no bag of his own"
    key=approvals/$nonce-$by
    [ "$(tail -c 65 "$key.der" | hex)" = \
      "$(sed -n "s/.*|card-point|holder=$by|.*|point=\([0-9a-f]*\)|.*/\1/p" journal.txt | tail -n 1)" ] ||
      failed "the key of $by is the one in the transcript"
    openssl dgst -sha256 -verify "$key.der" -keyform DER -signature "$key.sig" "$work/approval" >/dev/null ||
      failed "$by approved line ${line%%|*} ($event)"
    givers="$givers $by"
  done
  case $givers in *" $first"-*) ;; *) failed "$first approved line ${line%%|*}" ;; esac
  case $givers in *"$second"-*) ;; *) failed "$second approved line ${line%%|*}" ;; esac
  held "line ${line%%|*} ($event) was approved by$givers"
done <journal.txt

# Who goes leaves no card on the table.
left=$(awk -F'|' '
  { holder = ""; for (at = 5; at < NF; at++) if ($at ~ /^holder=/) holder = substr($at, 8) }
  $4 == "bag-opened" || $4 == "break-bag-opened" { out[holder] = 1 }
  $4 == "bag-sealed" || $4 == "break-bag-sealed" { delete out[holder] }
  $4 == "break" || $4 == "given-up" { for (card in out) print $1, card }
' journal.txt)
same "every card lay in a bag in each break and at the end" "$left" ""

head -n 3 checkpoint >"$work/note"
tail -n 1 checkpoint | cut -d' ' -f3 | openssl base64 -d -A | tail -c 64 >"$work/sig"
openssl pkeyutl -verify -pubin -keyform DER -inkey log-key.der -rawin \
  -in "$work/note" -sigfile "$work/sig" >/dev/null || failed "the log signed its checkpoint"
held "the log signed its checkpoint"

if [ "$aborted" = yes ]; then printf 'ABORTED: %s\n' "$why"; else printf 'CLOSED\n'; fi
)script";

}  // namespace keyceremony
