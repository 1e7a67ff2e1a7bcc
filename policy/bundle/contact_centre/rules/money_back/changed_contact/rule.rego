# METADATA
# title: After a change of contact details money goes back only with strong proof and a supervisor
package contact_centre.rules.money_back.changed_contact

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "approve", "message": message} if {
	call.group == "money_back"
	changed
	not evidence.approved
}

report contains {"effect": "step_up", "message": message} if {
	call.group == "money_back"
	changed
	not customer.strong
}

message := concat("", ["Contact details changed within ", format_int(limits.money("contact_changed_days"), 10), " days."])

changed if {
	moment.now - moment.seconds(customer.account.contact_changed_at) < 86400 * limits.money("contact_changed_days")
}

# A time that cannot be read counts as just now.
changed if {
	not object.get(customer.account, "contact_changed_at", null) == null
	not moment.seconds(customer.account.contact_changed_at)
}

changed if not object.get(input.facts, "contact_changed_in_conversation", false) in {false, null}
