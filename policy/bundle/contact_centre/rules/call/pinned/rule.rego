# METADATA
# title: A tool that changed since it was pinned is quarantined
package contact_centre.rules.call.pinned

import data.contact_centre.call

report contains {"effect": "deny", "message": message} if {
	object.get(call.definition, "digest", null) != null
	not unchanged
	message := "This tool changed since it was pinned; it is quarantined until somebody pins it again."
}

unchanged if call.definition.digest == input.call.tool_digest
