# shellcheck shell=bash
# One line per step with its time; on failure what it printed and the command to repeat by hand.
# Sourced by ./rehearse and ./check, which stand in the project's folder.

steps_log=$(mktemp -d "${TMPDIR:-/tmp}/wellkey-steps.XXXXXX")
trap 'rm -rf "$steps_log"' EXIT

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# step TEXT COMMAND...: runs quietly.
step() {
  local text=$1 began status
  shift
  began=$(date +%s%N)
  if [ -t 1 ]; then printf '  …          %s\r' "$text"; fi
  "$@" >"$steps_log/step" 2>&1
  status=$?
  report "$text" "$status" "$began" "$@"
}

# loud_step TEXT COMMAND...: what it prints is wanted.
loud_step() {
  local text=$1 began status
  shift
  began=$(date +%s%N)
  : >"$steps_log/step"
  "$@"
  status=$?
  report "$text" "$status" "$began" "$@"
}

report() {
  local text=$1 status=$2 tenths
  tenths=$((($(date +%s%N) - $3) / 100000000))
  shift 3
  if [ "$status" -eq 0 ]; then
    printf 'ok   %4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$text"
    return 0
  fi
  tail -n 60 "$steps_log/step"
  printf 'FAIL %4d.%d s  %s (status %d)\n' $((tenths / 10)) $((tenths % 10)) "$text" "$status"
  printf 'repeat by hand: cd %q &&' "$PWD"
  printf ' %q' "$@"
  printf '\n'
  exit "$status"
}

# install_packages USE...: what docs/deploy/packages.txt lists for these uses and is not there yet. Run level 1
# keeps packages from starting their services: the tests start what they need, on sockets of their own.
install_packages() {
  local use name missing=()
  for use in "$@"; do
    while read -r name; do
      if [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
        missing+=("$name")
      fi
    done < <(sed -n "s/^$use //p" docs/deploy/packages.txt)
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "missing packages: ${missing[*]}"
  if ! command -v apt-get >/dev/null; then
    echo "apt-get expected: this is made for Debian 12"
    return 1
  fi
  if [ "$(id -u)" -ne 0 ] && ! sudo -n true; then
    echo "run as root, or as a user with sudo, or install them first"
    return 1
  fi
  as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# The stock pcscd wants its fixed run directory to exist, even with a socket of our own.
make_run_directory() {
  [ -w /run/pcscd ] && return 0
  as_root mkdir -p /run/pcscd && as_root chown "$(id -u):$(id -g)" /run/pcscd
}
