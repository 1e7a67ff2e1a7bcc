# METADATA
# title: Specialists, representatives and partner agents use only what was granted to them
package contact_centre.rules.agents.granted

import data.contact_centre.agents
import data.contact_centre.call

report contains {"effect": "deny", "message": "This tool was not granted to this agent."} if {
	call.group
	not agents.granted
}
