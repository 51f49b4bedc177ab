#!/bin/sh
# Makes the root of the image, for one of Debian's architectures: make-root.sh ARCHITECTURE FILE.tar
# Nothing of it is run, so any machine makes it for any other. $SOURCE_DATE_EPOCH is the time of all its files.
set -eu
architecture=$1
archive=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/root
packages=$folder/packages
mkdir "$packages"
# The variant `extract` configures nothing, so it has no dpkg that could: what came from where is kept for scanners.
mmdebstrap --quiet --variant=extract --format=directory --architectures="$architecture" --include=libc6 \
  --extract-hook="cp \"\$1\"/var/cache/apt/archives/*.deb '$packages'" bookworm "$root"
cd "$root"
rm -r dev etc/[!l]* var usr/share/lintian usr/lib/*/gconv
mkdir -p var/lib/dpkg/status.d
for package in "$packages"/*.deb; do
  dpkg-deb --field "$package" >"var/lib/dpkg/status.d/$(dpkg-deb --field "$package" Package)"
done
echo 'root:x:0:0:root:/:/nonexistent
encontro:x:10001:10001:Encontro:/var/lib/encontro:/nonexistent' >etc/passwd
echo 'root:x:0:
encontro:x:10001:' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
# Where engines mount something, also where the root is read-only.
mkdir dev proc run sys
mkdir -m 700 var/lib/encontro
chown 10001:10001 var/lib/encontro
tar c --sort=name --mtime="@$SOURCE_DATE_EPOCH" --numeric-owner --format=gnu -f "$archive" .
