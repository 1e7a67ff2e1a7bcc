# METADATA
# title: A procedure acts only as far as its dial was turned
package contact_centre.rules.autonomy.dial

import data.contact_centre.autonomy
import data.contact_centre.evidence

report contains {"effect": "handoff", "message": messages[autonomy.stage]} if {
	autonomy.governed
	autonomy.stage in {"off", "observe"}
}

report contains {"effect": "approve", "message": messages[autonomy.stage]} if {
	autonomy.governed
	autonomy.stage in {"suggest", "approve"}
	not evidence.approved
}

messages := {
	"off": "This procedure is switched off for the assistant.",
	"observe": "This procedure is only observed: what the assistant would do is recorded, a person does it.",
	"suggest": "The assistant may only suggest this; a person decides.",
	"approve": "This procedure acts only with a supervisor's approval.",
}
