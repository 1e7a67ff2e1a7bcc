# METADATA
# title: New accounts get money back only with strong proof and a supervisor
package contact_centre.rules.money_back.new_account

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.evidence
import data.contact_centre.limits
import data.contact_centre.moment

report contains {"effect": "approve", "message": message} if {
	young
	not evidence.approved
}

report contains {"effect": "step_up", "message": message} if {
	young
	not customer.strong
}

message := concat("", ["The account is younger than ", format_int(limits.money("new_account_days"), 10), " days."])

# An account of unknown age counts as new.
young if {
	call.group == "money_back"
	not old_enough
}

old_enough if moment.today - moment.day(customer.account.customer_since) >= limits.money("new_account_days")
