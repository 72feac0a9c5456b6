#!/bin/sh
# Fetches the pinned front-end files again and rewrites VERSIONS.md. Needs node's npm; nothing else in the project does.
# Usage: static/vendor/refresh.sh
set -eu
BOOTSTRAP=5.3.9 ICONS=1.13.2 CHARTJS=4.6.1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "bootstrap@$BOOTSTRAP" "bootstrap-icons@$ICONS" "chart.js@$CHARTJS" >/dev/null
for archive in *.tgz; do mkdir "${archive%.tgz}"; tar xzf "$archive" -C "${archive%.tgz}"; done
bootstrap=bootstrap-$BOOTSTRAP/package icons=bootstrap-icons-$ICONS/package chartjs=chart.js-$CHARTJS/package
mkdir -p "$here/bootstrap" "$here/bootstrap-icons" "$here/chartjs"

# The maps are not shipped, and the manifest storage stops at a comment that names a missing file.
sed -E 's#/\*\# sourceMappingURL=[^*]*\*/##' "$bootstrap/dist/css/bootstrap.min.css" >"$here/bootstrap/bootstrap.min.css"
sed -E 's#^//\# sourceMappingURL=.*$##' "$chartjs/dist/chart.umd.min.js" >"$here/chartjs/chart.umd.min.js"
cp "$bootstrap/LICENSE" "$here/bootstrap/LICENSE"
cp "$icons/LICENSE" "$here/bootstrap-icons/LICENSE"
cp "$chartjs/LICENSE.md" "$here/chartjs/LICENSE.md"

# One small sprite with the icons that are used, instead of a 130 KB font: {% icon "bell" %}
{
  printf '<svg xmlns="http://www.w3.org/2000/svg">\n'
  while read -r name; do
    printf '<symbol id="%s" viewBox="0 0 16 16">' "$name"
    sed -E -e 's#<svg[^>]*>##' -e 's#</svg>##' "$icons/icons/$name.svg" | tr -d '\n' | sed -E 's#> +<#><#g; s#^ +##'
    printf '</symbol>\n'
  done <"$here/bootstrap-icons/names.txt"
  printf '</svg>\n'
} >"$here/bootstrap-icons/icons.svg"

{
  printf '# Vendored front-end files\n\n'
  printf 'Built files from npm, unchanged except for removed `sourceMappingURL` comments; the icon sprite holds the icons named in\n'
  printf '`bootstrap-icons/names.txt`. Written by `refresh.sh`.\n\n'
  printf '| file | npm package | licence | sha256 |\n|---|---|---|---|\n'
  row() { printf '| `%s` | %s | MIT | `%s` |\n' "$1" "$2" "$(sha256sum "$here/$1" | cut -d' ' -f1)"; }
  row bootstrap/bootstrap.min.css "bootstrap $BOOTSTRAP"
  row bootstrap-icons/icons.svg "bootstrap-icons $ICONS"
  row chartjs/chart.umd.min.js "chart.js $CHARTJS"
} >"$here/VERSIONS.md"
