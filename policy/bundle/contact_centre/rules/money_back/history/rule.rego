# METADATA
# title: Without knowing what went back before no money goes back
package contact_centre.rules.money_back.history

import data.contact_centre.call

report contains {"effect": "deny", "message": "What went back to this customer before could not be read."} if {
	call.group == "money_back"
	not history_is_known
}

history_is_known if {
	call.whole(input.facts.goodwill_minor_30d)
	call.whole(input.facts.goodwill_count_30d)
}
