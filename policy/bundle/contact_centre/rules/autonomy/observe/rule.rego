# METADATA
# title: An observed procedure records what it would do; a person does it
package contact_centre.rules.autonomy.observe

import data.contact_centre.autonomy

report contains {"effect": "handoff", "message": message} if {
	autonomy.governed
	autonomy.stage == "observe"
	message := "This procedure is only observed: what the assistant would do is recorded, a person does it."
}
