#!/usr/bin/env bash
# Runs the examples of README.md and docs/*.md: in every fenced block that starts with ```console, each line that begins with
# `$ ./scripts/allot` (a backslash at its end continues it). A trailing comment says which exit code is right, `# exit 3`; without
# one it is 0. The commands of a document run one after the other in a scratch folder that shows the repository's files, so what
# they write is gone afterwards. Prints every example that failed and exits with 1 if there is one.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)

# The example commands of a document, one a line.
examples_of() {
    awk '
        /^```/ { inside = !inside && $0 ~ /^```console[ \t]*$/ ; next }
        !inside { next }
        continued { line = line " " $0 }
        !continued { line = $0 }
        { continued = sub(/\\$/, "", line) }
        !continued && line ~ /^\$ \.\/scripts\/allot/ { print substr(line, 3) }
    ' "$1"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
count=0
for document in "$root"/README.md "$root"/docs/*.md; do
    [ -e "$document" ] || continue
    folder="$scratch/$(basename "$document")"
    mkdir "$folder"
    ln -s "$root"/* "$folder"
    while IFS= read -r example; do
        expected=0
        if [[ $example =~ \#\ exit\ ([0-9]+)[[:space:]]*$ ]]; then expected=${BASH_REMATCH[1]}; fi
        count=$((count + 1))
        code=0
        (cd "$folder" && bash -o pipefail -c "$example") </dev/null >"$scratch/output" 2>&1 || code=$?
        if [ "$code" -ne "$expected" ]; then
            failed=$((failed + 1))
            printf '%s: exit code %s, expected %s\n    $ %s\n' "${document#"$root"/}" "$code" "$expected" "$example"
            sed -n -e 's/^/    /' -e '1,20p' "$scratch/output"
        fi
    done < <(examples_of "$document")
done
echo "$count examples run, $failed failed"
[ "$failed" -eq 0 ]
