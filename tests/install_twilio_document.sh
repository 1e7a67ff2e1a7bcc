#!/bin/sh
# Get Twilio's own OpenAPI document of its messaging API into a folder, where npm delivers. The package that carries it is a command
# line with 150 MB of modules; the document alone is taken out of it. Where it does not come, the test that needs it says so.
version=$1
folder=$2
name=twilio_api_v2010.json
[ -f "$folder/$name" ] && exit 0
if command -v npm >/dev/null 2>&1; then
    echo "Getting Twilio's OpenAPI document (once) ..."
    mkdir -p "$folder"
    (cd "$folder" && npm pack --silent --ignore-scripts "@twilio/cli-core@$version" >/dev/null &&
        tar -xzf twilio-cli-core-*.tgz --strip-components=4 "package/src/services/twilio-api/$name") 2>/dev/null
    rm -f "$folder"/*.tgz
fi
[ -f "$folder/$name" ] || echo "NO OPENAPI DOCUMENT of Twilio: its local server is not held against it"
exit 0
