# METADATA
# title: Money back adds up over a window of days; beyond its sum or count a supervisor decides
package contact_centre.rules.money_back.window

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.money

# The ledger holds this to the last unit under concurrency; what a supervisor approved counts but is not held back.
reservation := {
	"bucket": "goodwill",
	"amount_minor": call.amount_minor,
	"limit_minor": ceiling,
	"limit_count": count_ceiling,
	"window_days": limits.money("window_days"),
} if {
	call.group == "money_back"
}

report contains {"effect": "approve", "message": message} if {
	call.group == "money_back"
	not evidence.approved
	input.facts.goodwill_minor_30d + call.amount_minor > limits.money("window_minor")
	message := concat("", [
		"With ", money.text(input.facts.goodwill_minor_30d), " before, this passes ",
		money.text(limits.money("window_minor")), " in ", format_int(limits.money("window_days"), 10), " days.",
	])
}

report contains {"effect": "approve", "message": message} if {
	call.group == "money_back"
	not evidence.approved
	call.whole(input.facts.goodwill_count_30d)
	input.facts.goodwill_count_30d + 1 > limits.money("window_count")
	message := concat("", [
		"Money already went back ", format_int(input.facts.goodwill_count_30d, 10), " times in ",
		format_int(limits.money("window_days"), 10), " days.",
	])
}

ceiling := 9007199254740991 if evidence.approved

ceiling := limits.money("window_minor") if not evidence.approved

count_ceiling := null if evidence.approved

count_ceiling := limits.money("window_count") if not evidence.approved
