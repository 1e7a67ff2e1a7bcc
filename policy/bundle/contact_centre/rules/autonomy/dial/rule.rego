# METADATA
# title: A procedure acts only as far as its dial was turned
package contact_centre.rules.autonomy.dial

import data.contact_centre.autonomy
import data.contact_centre.evidence

report contains {"effect": "handoff", "message": "This procedure is switched off for the assistant."} if {
	autonomy.governed
	autonomy.stage == "off"
}

report contains {"effect": "approve", "message": "This procedure acts only with a supervisor's approval."} if {
	autonomy.governed
	autonomy.stage == "approve"
	not evidence.approved
}
