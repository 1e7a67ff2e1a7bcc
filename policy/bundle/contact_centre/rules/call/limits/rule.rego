# METADATA
# title: Without complete limits nothing is decided in the customer's favour
package contact_centre.rules.call.limits

import data.contact_centre.call
import data.contact_centre.limits

report contains {"effect": "deny", "message": message} if {
	some section, names in required
	some name in names
	not usable(section, name)
	message := concat("", ["The limit ", section, ".", name, " is missing or is not a whole number."])
}

report contains {"effect": "deny", "message": "The currency is missing or is not a text."} if not currency_is_known

currency_is_known if is_string(limits.effective.currency)

usable("money_back", name) if call.whole(limits.money_back[name])

usable(section, name) if {
	section != "money_back"
	call.whole(limits.effective[section][name])
}

required := {
	"money_back": {
		"automatic_minor", "approved_minor", "strong_minor", "window_minor", "window_count", "window_days",
		"second_refund_hours", "new_account_days", "contact_changed_days",
	},
	"identity": {"strong_max_age_s"},
	"retention": {"automatic_percent", "automatic_months", "offers_per_year"},
	"scheduling": {"lead_minutes", "free_reschedules"},
	"messages": {"quiet_from_minute", "quiet_until_minute"},
}
