# METADATA
# title: A tool that the policy does not know is denied
package contact_centre.rules.call.known_tool

import data.contact_centre.call

report contains {"effect": "deny", "message": "This tool is not in the policy's list of tools."} if not call.group
