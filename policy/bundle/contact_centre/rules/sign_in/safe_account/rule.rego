# METADATA
# title: After a change of contact details, or under suspicion of fraud, a person decides about a new password
package contact_centre.rules.sign_in.safe_account

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "handoff", "message": "The account is flagged for fraud."} if {
	call.group == "sign_in"
	"fraud" in customer.flags
}

report contains {"effect": "handoff", "message": message} if {
	call.group == "sign_in"
	not long_unchanged
	message := concat("", ["Contact details changed within ", format_int(days, 10), " days."])
}

report contains {"effect": "handoff", "message": "Contact details were changed in this conversation."} if {
	call.group == "sign_in"
	not object.get(input.facts, "contact_changed_in_conversation", false) in {false, null}
}

days := limits.value("money_back", "contact_changed_days")

long_unchanged if object.get(customer.account, "contact_changed_at", null) == null

long_unchanged if moment.now - moment.seconds(customer.account.contact_changed_at) >= 86400 * days
