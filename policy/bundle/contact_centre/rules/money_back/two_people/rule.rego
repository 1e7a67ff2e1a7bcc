# METADATA
# title: A large amount of money back needs two supervisors
package contact_centre.rules.money_back.two_people

import data.contact_centre.call
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.money

report contains {"effect": "approve", "message": message} if {
	missing
	message := concat("", [
		money.text(call.amount_minor), " is above ", money.text(limits.money("two_person_minor")),
		": two supervisors have to approve it.",
	])
}

obligation contains {"type": "approvals", "count": evidence.approvals_needed} if missing

missing if {
	evidence.approvals_needed > 1
	not evidence.approved
}
