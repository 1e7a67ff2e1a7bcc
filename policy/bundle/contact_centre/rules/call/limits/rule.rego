# METADATA
# title: Without usable limits nothing is decided in the customer's favour
package contact_centre.rules.call.limits

import data.contact_centre.call
import data.contact_centre.limits

report contains {"effect": "deny", "message": message} if {
	some section in sections[call.group]
	limit := object.union(unset[section], limits.section(section))
	some name, value in limit
	not call.whole(value)
	message := concat("", ["The limit ", section, ".", name, " is missing or is not a whole number."])
}

report contains {"effect": "deny", "message": "The currency is missing or is not a text."} if {
	call.kind != "read"
	not currency_is_known
}

report contains {"effect": "deny", "message": "The partners' share of the limits is not known."} if {
	call.group in {"money_back", "consent_request"}
	not limits.money("automatic_minor")
}

currency_is_known if {
	is_string(limits.currency)
	limits.currency != ""
}

sections := {
	"money_back": ["money_back", "identity"],
	"contact": ["identity"],
	"cancel": ["identity"],
	"offer": ["retention"],
	"consent": ["identity"],
	"consent_request": ["money_back", "partners"],
	"scheduling": ["scheduling"],
	"message": ["messages"],
}

# What must be set, over which the limits are laid.
unset := {
	"money_back": {
		"automatic_minor": null, "approved_minor": null, "strong_minor": null, "window_minor": null,
		"window_count": null, "window_days": null, "second_refund_hours": null, "new_account_days": null,
		"contact_changed_days": null, "two_person_minor": null,
	},
	"identity": {"strong_max_age_s": null},
	"partners": {"money_divisor": null, "consent_days": null, "consent_pause_hours": null},
	"retention": {"automatic_percent": null, "automatic_months": null, "offers_per_year": null},
	"scheduling": {"lead_minutes": null, "free_reschedules": null},
	"messages": {"quiet_from_minute": null, "quiet_until_minute": null},
}
