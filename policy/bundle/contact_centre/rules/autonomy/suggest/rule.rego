# METADATA
# title: A suggesting procedure puts its calls before a representative
package contact_centre.rules.autonomy.suggest

import data.contact_centre.autonomy

report contains {"effect": "handoff", "message": message} if {
	autonomy.governed
	autonomy.stage == "suggest"
	message := "The assistant may only suggest this; a representative decides."
}
