#!/usr/bin/env bash
# in_chroot.sh root|user: both commands of the README, from a clean clone, in a bare Debian 12.
# Objects that an earlier bare chroot compiled from the same bytes, headers of the system included, are taken from
# WELLKEY_FRESH_CACHE (~/.cache/wellkey-fresh); removing the folder makes the run compile everything.
set -eu
who=$1
project=$(git rev-parse --show-toplevel)
cache=${WELLKEY_FRESH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wellkey-fresh}
objects=var/cache/objects
root=$(mktemp -d "${TMPDIR:-/tmp}/wellkey-fresh.XXXXXX")

leave() {
  local mount
  for mount in $objects dev/shm dev/pts dev sys proc .; do
    if mountpoint -q "$root/$mount"; then umount -l "$root/$mount"; fi
  done
  rm -rf --one-file-system "$root"
}
trap leave EXIT

if [ "$(id -u)" -ne 0 ]; then
  echo "a chroot needs root: sudo ./check fresh" >&2
  exit 1
fi

mmdebstrap --quiet --variant=minbase --include=ca-certificates,ccache,git,sudo bookworm "$root"
# A root that is a mount point can have mount namespaces inside; private, so that nothing here reaches outside.
mount --bind "$root" "$root"
mount --make-private "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
install -d -m 1777 "$cache" "$root/$objects"
mount --bind "$cache" "$root/$objects"
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
git clone -q --no-hardlinks "$project" "$root/srv/wellkey"

if [ "$who" = user ]; then
  chroot "$root" useradd -m officer
  echo 'officer ALL=(ALL) NOPASSWD:ALL' >"$root/etc/sudoers.d/officer"
  chroot "$root" chown -R officer /srv/wellkey
fi

export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache CCACHE_DIR=/$objects CCACHE_UMASK=000
export CCACHE_COMPILERCHECK=content CCACHE_MAXSIZE=8G

run() {
  if [ "$who" = user ]; then
    chroot "$root" su officer -c "cd /srv/wellkey && $1"
  else
    chroot "$root" bash -c "export HOME=/root && cd /srv/wellkey && $1"
  fi
}

run "ccache --zero-stats >/dev/null"
run ./rehearse
run ./rehearse
run "./check ${WELLKEY_FRESH_CHECK:-}"
run "ccache --print-stats | grep -E '^(direct_cache_hit|preprocessed_cache_hit|cache_miss)'"
